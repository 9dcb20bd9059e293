// From a webhook's URL to where it leads, if it may be sent there.
//
// Name servers are as slow as their owners want them to be, so they are asked on threads of their
// own. Thread safety: use() from any thread, find() from one event loop.
#pragma once

#include <mutex>
#include <string>

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
  /// not public and not in webhook-networks.
  task<result<webhook_route>> find(std::string url);

 private:
  const config& settings_;
  const networks allowed_;
  std::mutex mutex_;  // guards trust_
  webhook_trust trust_;
  worker_pool resolvers_;
};

}  // namespace multipass
