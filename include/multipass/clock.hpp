// Wall time, passed in so that tests turn the clock by hand. Time-outs do not use it: they run on
// the monotonic clock, so that a jump of the wall clock breaks neither.
#pragma once

#include <chrono>

namespace multipass {

/// A point of wall time, whole seconds since 1970-01-01 UTC.
using timestamp = std::chrono::sys_seconds;

class clock {
 public:
  virtual ~clock() = default;
  /// Current wall time. Called from any thread, on the hot path: must not block.
  virtual timestamp now() const noexcept = 0;
};

/// The machine's clock (CLOCK_REALTIME_COARSE: a few milliseconds behind at most).
const clock& system_clock() noexcept;

}  // namespace multipass
