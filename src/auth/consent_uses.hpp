// When consents were last used, on the way from the event loops to the store: what the PSU and the
// bank are shown. It is told of a use at most once per consent, period and event loop, keeps it in
// memory and writes all of them together, twice a minute and at the end. So a use costs the hot
// path one comparison, and a crash loses half a minute of them: nothing is decided by it.
//
// A store that is away keeps them waiting; memory is bounded by how many consents are in use.
//
// Thread safety: note() on the event loop that it names. A thread of its own between start() and
// stop(), those from one thread; flush() while there is none.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "multipass/clock.hpp"
#include "multipass/records.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// A stretch of monotonic time: 2^39 ns, nine minutes and ten seconds, so that it is found by a
/// shift. Numbers come again after 416 days.
enum class use_period : std::uint16_t {};

constexpr use_period use_period_of(std::chrono::steady_clock::time_point t) noexcept {
  const std::chrono::nanoseconds since = t.time_since_epoch();
  return use_period{static_cast<std::uint16_t>(static_cast<std::uint64_t>(since.count()) >> 39U)};
}

class consent_uses {
 public:
  /// `threads` event loops will call. Both must outlive this.
  consent_uses(store_pool& pool, const clock& wall, std::size_t threads);
  ~consent_uses() { stop(); }

  /// A use now, in `period`. Once per consent and period is enough; more often is told apart here.
  void note(std::size_t thread, consent_id consent, use_period period);

  void start();
  /// Writes what is left. Idempotent.
  void stop();
  /// Writes what was noted. What the store does not take is tried again by the next one.
  void flush();

 private:
  struct alignas(64) per_loop {
    // Of this event loop alone.
    use_period period{};
    boost::unordered_flat_set<std::int64_t> noted;  // consents, in `period`

    std::mutex mutex;
    std::vector<consent_use> uses;  // guarded by mutex
  };

  void run();
  void collect();

  store_pool& pool_;
  const clock& wall_;
  std::vector<std::unique_ptr<per_loop>> loops_;
  std::vector<consent_use> pending_;  // of whoever flushes: ascending, each consent once

  std::mutex mutex_;  // guards ends_
  std::condition_variable wakes_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace multipass
