#include "base/rate_limiter.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace multipass {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr auto relaxed = std::memory_order_relaxed;

// The finalizer of MurmurHash3: each bit of the input moves each bit of the output.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x ^= x >> 33U;
  x *= 0xff51afd7ed558ccd;
  x ^= x >> 33U;
  x *= 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33U;
}

std::uint64_t make_secret() {
  std::random_device source;
  return std::uint64_t{source()} << 32U | source();
}

}  // namespace

rate_limiter::rate_limiter(std::size_t per_second, std::size_t burst, std::size_t buckets)
    : interval_(per_second == 0 ? 0 : second / static_cast<std::int64_t>(per_second)),
      most_debt_(interval_ * static_cast<std::int64_t>(burst)),
      secret_(make_secret()),
      mask_(std::bit_ceil((buckets + 3) / 4) - 1),
      sets_(per_second == 0 ? nullptr : std::make_unique<bucket_set[]>(mask_ + 1)) {}

rate_limiter::bucket& rate_limiter::bucket_of(std::uint64_t key) noexcept {
  auto& ways = sets_[mixed(key ^ secret_) & mask_].ways;
  while (true) {
    for (auto& b : ways) {
      if (b.key.load(relaxed) == key) return b;
    }
    auto& fullest = *std::ranges::min_element(
        ways, {}, [](const bucket& b) { return b.full_at.load(relaxed); });
    // Whoever is faster may have brought in the same key: look again.
    auto before = fullest.key.load(relaxed);
    if (before != key && fullest.key.compare_exchange_strong(before, key, relaxed)) return fullest;
  }
}

rate_limiter::nanoseconds rate_limiter::take_limited(std::uint64_t key, time_point now) noexcept {
  auto& full_at = bucket_of(key).full_at;
  const std::int64_t present = nanoseconds{now.time_since_epoch()}.count();
  auto before = full_at.load(relaxed);
  while (true) {
    const auto after = std::max(before, present) + interval_;
    if (const auto too_much = after - present - most_debt_; too_much > 0) {
      refused_.fetch_add(1, relaxed);
      return nanoseconds{too_much};
    }
    if (full_at.compare_exchange_weak(before, after, relaxed)) return nanoseconds{0};
  }
}

}  // namespace multipass
