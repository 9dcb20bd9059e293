// "Get account list", "Get account", "Get balance". Authorized and answered from memory when both
// token and answer are known; otherwise with one hop to the store for each that is not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/account_view.hpp"
#include "api/presented_certificates.hpp"
#include "api/unattended_limit.hpp"
#include "auth/consent_uses.hpp"
#include "auth/token_authorizer.hpp"
#include "base/rate_limiter.hpp"
#include "http/endpoint.hpp"
#include "metrics/auth_metrics.hpp"
#include "multipass/account_source.hpp"
#include "multipass/config.hpp"

namespace multipass {

class account_endpoints {
 public:
  /// `own_accounts` is the bank's source, or null for the store's. `threads` event loops will call.
  account_endpoints(token_authorizer& tokens, presented_certificates& certificates,
                    store_pool& pool, account_source* own_accounts, const change_clock& changes,
                    const clock& wall, const config& settings, rate_limiter& tpp_rate,
                    consent_uses& uses, std::size_t threads);

  /// One endpoint that needs `needed`; the scope also says which answer it gives.
  bool from_memory(exchange& x, scope needed);
  task<> handle(exchange& x, scope needed);

  const auth_metrics& metrics(std::size_t thread) const { return loops_[thread]->counts; }

 private:
  struct per_loop {
    per_loop(std::size_t answers, const change_clock& changes) : view(answers, changes) {}
    account_view view;
    auth_metrics counts;
  };
  struct reading;

  bool take_certificate(exchange& x, shown_certificate& shown);
  bool refuse_second_credential(exchange& x);
  result<account_id> read_account(const request& in) const;
  std::optional<account_question> read_question(exchange& x, scope needed);
  bool over_rate(exchange& x, const grant& g);
  void refuse(exchange& x, const decision& d, scope needed);
  bool answer_known(exchange& x, const grant& g, const account_question& q,
                    account_view::time_point now);
  task<> answer_from_source(exchange& x, grant g, account_question q);
  task<> answer_unattended(exchange& x, grant g, account_question q);
  task<std::optional<std::string>> read_from_source(exchange& x, grant g, account_question q);
  result<reading> read(store_reader& s, consent_id consent, const account_question& q) const;

  token_authorizer& tokens_;
  presented_certificates& certificates_;
  store_pool& pool_;
  account_source* own_accounts_;
  const change_clock& changes_;
  const config& settings_;
  unattended_limit unattended_;
  rate_limiter& tpp_rate_;
  consent_uses& uses_;
  std::vector<std::unique_ptr<per_loop>> loops_;
};

}  // namespace multipass
