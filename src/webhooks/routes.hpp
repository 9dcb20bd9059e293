// From a webhook's URL to where it leads, if it may be sent there.
//
// Name servers are as slow as their owners want them to be, so they are asked on threads of their
// own, and what they said holds for a minute: a TPP whose name is quick does not stand behind those
// of others at every event. Thread safety: use() and end() from any thread, find() from one event
// loop.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/networks.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "multipass/config.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/trust.hpp"

namespace multipass {

class webhook_routes {
 public:
  /// `settings` is validated and outlives this. Must be destroyed before the event loop.
  explicit webhook_routes(const config& settings);

  /// Receivers must chain to it from the next route on.
  void use(webhook_trust trust);

  /// The error is for the bank: the URL is none, the name is unknown, or one of its addresses is
  /// not public and not in webhook-networks. Nobody was asked, and it tells nothing of the
  /// receiver, if errc::overloaded (the look-up waited for longer than webhook-timeout) or
  /// errc::unavailable.
  task<result<webhook_route>> find(std::string url);

  /// Look-ups that have not begun fail from now on.
  void end() noexcept { ends_ = true; }

 private:
  using steady = std::chrono::steady_clock;
  using endpoints = std::vector<asio::ip::tcp::endpoint>;
  struct answer {
    endpoints addresses;  // without a port
    steady::time_point until{};
  };

  result<endpoints> look_up(const webhook_target& target, steady::time_point asked) const;
  std::optional<endpoints> known(const std::string& host) const;
  void keep(const std::string& host, endpoints addresses);

  const config& settings_;
  const networks allowed_;
  std::mutex mutex_;  // guards trust_
  webhook_trust trust_;
  std::map<std::string, answer> known_;  // the event loop's
  std::atomic<bool> ends_{false};
  worker_pool resolvers_;
};

}  // namespace multipass
