// A row of the table that the router searches. http/ knows no endpoint: gateway.cpp hands it rows.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "base/task.hpp"
#include "http/answer.hpp"
#include "http/peer.hpp"
#include "http/request.hpp"

namespace multipass {

/// What a handler gets: the request, who sent it, where the answer goes, and on which event loop it
/// runs.
struct exchange {
  const request& in;
  const peer& from;
  answer& out;
  std::size_t thread;  ///< 0 .. threads-1; picks state that belongs to this event loop alone
  std::chrono::steady_clock::time_point started;  ///< when the request was there, whole
};

struct endpoint {
  verb method;            ///< get serves HEAD too
  std::string_view path;  ///< literal; a "{}" segment stands for one non-empty segment
  std::string_view name;  ///< label in metrics and log

  /// Answers; may suspend. The exchange outlives the coroutine.
  std::function<task<>(exchange&)> handle;
  /// Tried first, when set: answers from memory at once and returns true, or writes nothing and
  /// returns false. Spares the hot path a coroutine frame.
  std::function<bool(exchange&)> from_memory;
  /// Says 429 in this endpoint's own way: who asks has to wait that long. Empty: in JSON.
  std::function<void(exchange&, std::chrono::seconds)> over_rate = {};
};

using endpoint_table = std::vector<endpoint>;

}  // namespace multipass
