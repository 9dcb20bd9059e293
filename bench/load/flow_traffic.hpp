// --flow whole: consents from the request to the end. A TPP asks, the bank approves through the
// admin API in the account holder's place, the TPP redeems the code, lists the accounts, revokes.
// Each step is due the moment the one before it is answered.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "load/pacing.hpp"
#include "load/request_book.hpp"
#include "load/traffic.hpp"

namespace multipass::load {

/// The steps in their order; a ticket's request_class is its step's number.
std::vector<request_class> flow_classes(const options& o);

class flow_traffic final : public traffic {
 public:
  /// Reads the files with the credentials; throws std::runtime_error.
  flow_traffic(const options& o, recorder& record, unsigned part);

  void begin(nanos start, nanos end) override { pace_.begin(start, end); }
  void stop(nanos now) override { pace_.stop(now); }
  bool due(listener to, nanos now) override;
  ticket next(listener to, nanos now, std::string& out) override;
  nanos next_due(nanos now) const override;
  bool over(nanos now) const override;
  void answered(const ticket& t, const answer& a, bool as_expected, nanos now) override;
  void lost(const ticket& t) override { fail(t.flow); }
  void give_up(nanos now, recorder& record) override;
  std::string ended_early() const override { return {}; }

 private:
  enum class step : std::uint32_t { authorize, approve, token, accounts, revoke, done };
  struct flow {
    nanos began = 0;
    step now = step::authorize;
    nanos due_since = 0;
    std::string client_id, handle, code, access_token;
  };

  static listener listener_of(step s) {
    return s == step::approve ? listener::admin : listener::gateway;
  }
  std::deque<std::uint32_t>& waiting(listener to) { return waiting_[static_cast<std::size_t>(to)]; }
  bool may_start(nanos now) const;
  std::uint32_t start(nanos now);
  void append_request(const flow& f, std::string& out) const;
  bool learn(flow& f, const answer& a) const;
  void fail(std::uint32_t number);

  std::string authorize_target_, gateway_fields_, admin_fields_, decision_;
  std::size_t most_at_once_;  // closed loop; open: no limit
  pacing pace_;
  recorder& record_;
  std::vector<flow> flows_;
  std::vector<std::uint32_t> unused_;                 // places in flows_
  std::array<std::deque<std::uint32_t>, 2> waiting_;  // flows whose step is due, by listener
};

}  // namespace multipass::load
