// What a memory_store keeps, and the reads on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "multipass/store.hpp"
#include "store/decision.hpp"

namespace multipass::testing {

struct memory_state {
  struct kept_account {
    psu_id owner{};
    account value;
    std::vector<money> balances;
  };
  struct kept_code {
    consent_id consent{};
    std::string code_challenge;
    timestamp expires_at{};
    bool used = false;
    std::string redirect_uri;
    bool standard = false;
  };
  struct kept_token {
    consent_id consent{};
    timestamp expires_at{};
    std::optional<digest> certificate{};
  };
  struct kept_family {
    consent_id consent{};
    digest newest;
    timestamp token_expires_at{};
    std::optional<digest> replaced{};
    timestamp replaced_at{};
    std::string sealed{};
  };

  std::map<std::string, std::string, std::less<>> settings;
  std::map<tpp_id, tpp> tpps;
  std::map<tpp_id, std::int64_t> last_client_numbers;
  std::map<psu_id, psu> psus;
  std::map<account_id, kept_account> accounts;
  std::map<digest, authorization> authorizations;
  std::map<consent_id, consent> consents;
  std::map<digest, kept_code> codes;
  std::map<digest, kept_token> tokens;
  std::map<digest, kept_family> families;  // of refresh tokens
  std::map<tpp_id, webhook> webhooks;
  std::map<tpp_id, std::int64_t> last_event_numbers;
  std::map<std::pair<tpp_id, std::int64_t>, event> events;
  std::map<digest, enrolment> enrolments;
  std::vector<audit_act> acts;  // without a chain: that is the SQLite store's
  /// By consent, endpoint and account; ascending.
  std::map<std::tuple<consent_id, scope, account_id>, std::multiset<timestamp>> unattended_reads;

  const tpp* tpp_named(std::string_view username) const;
  const psu* psu_named(std::string_view username) const;
  code_record record_of(const kept_code& code) const;
  refresh_record record_of(const kept_family& family) const;
  /// Of each consent of the TPP that has pending events and none due, makes the first due.
  void make_due(tpp_id tpp, timestamp now);
};

class memory_reads {
 public:
  using source = std::function<std::shared_ptr<const memory_state>()>;
  /// `present` is asked once per read.
  explicit memory_reads(source present) : present_(std::move(present)) {}

  result<std::vector<account>> accounts_of(std::string_view psu) const;
  result<std::vector<money>> balances_of(std::string_view psu, account_id account) const;
  result<std::optional<tpp>> find_tpp(std::string_view username) const;
  result<std::vector<tpp>> list_tpps() const;
  result<std::optional<psu>> find_psu(std::string_view username) const;
  result<std::vector<psu>> list_psus() const;
  result<std::optional<authorization>> find_authorization(const digest& handle) const;
  result<redemption_preview> preview_redemption(const redemption& r) const;
  result<rotated> preview_rotation(const rotation& r) const;
  result<std::optional<token_record>> find_token(const digest& token) const;
  result<std::optional<consent_view>> find_consent(consent_id consent) const;
  result<std::vector<consent>> list_consents(const consent_filter& filter) const;
  result<std::optional<authorization>> find_request_of(tpp_id tpp,
                                                       std::int64_t client_number) const;
  result<std::optional<consent>> find_consent_of(tpp_id tpp, std::int64_t client_number) const;
  result<std::optional<enrolment>> find_enrolment(const digest& handle) const;
  result<std::optional<std::string>> setting(std::string_view name) const;
  result<std::vector<audit_record>> list_audit(std::int64_t after, std::size_t limit) const;
  result<std::vector<event>> list_events(const event_filter& filter) const;
  result<std::vector<webhook>> list_webhooks() const;
  result<std::vector<event_delivery>> next_deliveries(tpp_id tpp, std::size_t limit) const;
  result<std::vector<pending_count>> count_pending() const;

 private:
  source present_;
};

}  // namespace multipass::testing
