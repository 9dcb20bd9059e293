// A figure with one writer, read by anybody.
#pragma once

#include <atomic>
#include <cstdint>

namespace multipass {

using counter = std::atomic<std::uint64_t>;

/// From the one thread that writes `c`, so that no locked instruction is needed. Relaxed: figures
/// are for display and order nothing.
inline void count(counter& c, std::uint64_t n = 1) noexcept {
  c.store(c.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace multipass
