// How tokens were decided, per event loop, so that nothing is shared on the hot path. Relaxed
// atomics: for display only, they order nothing.
#pragma once

#include <atomic>
#include <cstdint>

namespace multipass {

struct alignas(64) auth_metrics {
  std::atomic<std::uint64_t> hits{0};    ///< decided from the token cache
  std::atomic<std::uint64_t> misses{0};  ///< the store was asked
  std::atomic<std::uint64_t> forged{0};  ///< check characters wrong: refused without asking anybody
  std::atomic<std::uint64_t> view_hits{0};    ///< account answers from memory
  std::atomic<std::uint64_t> view_misses{0};  ///< account answers read from the account source
};

/// One writer per counter (its event loop), so no read-modify-write instruction is needed.
inline void count(std::atomic<std::uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace multipass
