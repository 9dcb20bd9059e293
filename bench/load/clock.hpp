// Monotonic time as a plain count of nanoseconds: what the hot loop compares and subtracts.
#pragma once

#include <time.h>

#include <cstdint>
#include <limits>

namespace multipass::load {

/// Nanoseconds: a point on CLOCK_MONOTONIC, or a length.
using nanos = std::int64_t;

inline constexpr nanos one_microsecond = 1'000;
inline constexpr nanos one_millisecond = 1'000'000;
inline constexpr nanos one_second = 1'000'000'000;
inline constexpr nanos never = std::numeric_limits<nanos>::max();

inline nanos clock_now() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<nanos>(t.tv_sec) * one_second + t.tv_nsec;
}

constexpr double in_seconds(nanos t) noexcept {
  return static_cast<double>(t) / 1e9;
}
constexpr double in_microseconds(nanos t) noexcept {
  return static_cast<double>(t) / 1e3;
}

}  // namespace multipass::load
