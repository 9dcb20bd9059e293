// What a worker counts. Each worker writes its own; the progress line reads them while they run,
// and the report adds them up.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "load/counter.hpp"
#include "load/histogram.hpp"

namespace multipass::load {

/// Requests that are counted together: those of one endpoint with tokens of one kind.
struct request_class {
  std::string request;    ///< "accounts"
  std::string kind;       ///< "valid"; for requests without a token, the request's name again
  unsigned expected = 0;  ///< status
};

/// How a request ended without an answer.
enum class loss {
  reset,      ///< the connection broke
  closed,     ///< the server closed it before the whole answer was there
  timeout,    ///< no answer within --timeout, or none when the run ended
  malformed,  ///< what came was no answer that can be framed
};
inline constexpr std::array<std::string_view, 4> loss_names{"reset", "closed", "timeout",
                                                            "malformed"};

struct class_tally {
  /// From the intended send time to the whole answer; for a timeout, to when it was given up.
  histogram latency;
  counter answered;
  counter unexpected;  ///< answered, with another status than expected
  std::array<counter, 600> by_status;

  void add(const class_tally& other) noexcept;
};

struct tally {
  explicit tally(std::size_t classes) : by_class(classes) {}

  std::vector<class_tally> by_class;
  counter sent;
  std::array<counter, loss_names.size()> lost;
  /// Open loop, due but never sent: how long each had waited when the run ended.
  histogram unsent;
  /// Open loop, sent though a connection was free: how late this program was.
  histogram late;
  /// Open loop, sent late because no connection was free: how long the request waited for one.
  histogram waited;
  counter last_answer;  ///< nanoseconds after the start of measuring
  // --flow whole: from the intended start to the answer of the last step.
  histogram flows;
  counter flows_failed;

  void add(const tally& other) noexcept;
  std::uint64_t answered() const noexcept;
  std::uint64_t unexpected() const noexcept;
  std::uint64_t lost_in_all() const noexcept;
  /// Of every request that was due, answered or not.
  histogram latency() const;
};

}  // namespace multipass::load
