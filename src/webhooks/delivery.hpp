// One attempt to deliver an event: one connection, one POST, and of the answer the status and
// Retry-After. Nothing else that the receiver says is kept or shown, and a redirect is an answer
// like any other that is not 2xx: whoever answers cannot make the gateway reach further.
//
// Belongs to the event loop on which it runs.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "webhooks/attempt.hpp"
#include "webhooks/target.hpp"
#include "webhooks/trust.hpp"

namespace multipass {

/// Where to: the very addresses that were looked at, so that a name that resolves to something else
/// a moment later (DNS rebinding) leads nowhere.
struct webhook_route {
  webhook_target target;
  std::vector<asio::ip::tcp::endpoint> addresses;
  webhook_trust trust;
};

/// What is sent. Standard Webhooks names the headers.
struct webhook_message {
  std::string id;
  std::string timestamp;  ///< of this attempt, in seconds
  std::string signature;
  std::string payload;
};

/// Never fails otherwise than by what it returns, and never takes longer than until `deadline`.
/// Both arguments must outlive the coroutine.
task<attempt> deliver(const webhook_route& route, const webhook_message& message,
                      std::chrono::steady_clock::time_point deadline);

}  // namespace multipass
