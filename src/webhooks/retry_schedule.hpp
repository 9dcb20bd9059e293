// When a delivery that failed is tried again: 2 s later, then each pause three times the one before
// up to 6 hours, each shortened by chance to between half of itself and the whole, so that what
// failed together does not come back together. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace multipass {

inline constexpr std::chrono::seconds longest_retry_pause{6 * 3600};

/// Behind the `failed`th failure in a row, counted from 1. `random` is any number, uniformly drawn.
std::chrono::seconds retry_pause(unsigned failed, std::uint32_t random) noexcept;

}  // namespace multipass
