// Token buckets, one per key, shared by all event loops: the generic cell rate algorithm (ITU-T
// I.371), which needs one number per bucket, the time at which it will be full again. Memory is
// fixed: a table of sets of four buckets, a cache line each.
//
// Where all four of a set are taken, a newcomer gets the bucket that is fullest, as it is. That one
// is nearly always full, and then nobody notices; if not, the newcomer begins with another's debt.
// So nobody gains by making the table forget, such as an attacker with millions of addresses: the
// keys of one set together never get more than four buckets. Which keys share a set depends on a
// secret of this process, so nobody can choose addresses to push into another's set.
//
// Thread-safe, without locks: two relaxed atomics per bucket. A key that is displaced between the
// look-up and the count has its request counted on the one that displaced it, and of two threads
// that bring in one key at once each may take a bucket, of which only the first is used from then
// on: a request or so too many passes. Relaxed, because the numbers order nothing else.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace multipass {

class rate_limiter {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using nanoseconds = std::chrono::nanoseconds;

  /// `per_second` up to 10^9 (kept to the nanosecond between two requests), 0: no limit; `burst` at
  /// least 1. `buckets` is rounded up to a power of two, 16 bytes each.
  rate_limiter(std::size_t per_second, std::size_t burst, std::size_t buckets);

  /// Takes one token of `key`, which is not 0. Zero: granted. Otherwise nothing is taken, and the
  /// answer is how long from `now` until there will be one.
  nanoseconds take(std::uint64_t key, time_point now) noexcept {
    return sets_ ? take_limited(key, now) : nanoseconds{0};
  }

  /// How often take() refused.
  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

 private:
  struct bucket {
    std::atomic<std::uint64_t> key{0};     ///< 0: nobody's
    std::atomic<std::int64_t> full_at{0};  ///< nanoseconds of the monotonic clock
  };
  struct alignas(64) bucket_set {
    std::array<bucket, 4> ways;
  };

  nanoseconds take_limited(std::uint64_t key, time_point now) noexcept;
  bucket& bucket_of(std::uint64_t key) noexcept;

  std::int64_t interval_;   // between two requests at the full rate, ns
  std::int64_t most_debt_;  // a whole burst, ns
  std::uint64_t secret_;
  std::size_t mask_;
  std::unique_ptr<bucket_set[]> sets_;  // null: no limit
  alignas(64) std::atomic<std::uint64_t> refused_{0};
};

/// For Retry-After (RFC 9110, section 10.2.3): whole seconds, after which it is not too early.
inline std::chrono::seconds retry_after(std::chrono::nanoseconds wait) noexcept {
  return std::chrono::ceil<std::chrono::seconds>(wait);
}

}  // namespace multipass
