// A latency histogram of fixed buckets, in the shape Prometheus reads. One thread records.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "metrics/counter.hpp"

namespace multipass {

class histogram {
 public:
  /// Upper bounds in nanoseconds; one more bucket holds everything above.
  static constexpr std::array<std::uint64_t, 16> bounds{
      1'000,       2'000,       5'000,         10'000,        20'000,    50'000,
      100'000,     200'000,     500'000,       1'000'000,     5'000'000, 20'000'000,
      100'000'000, 500'000'000, 2'000'000'000, 10'000'000'000};

  void record(std::chrono::nanoseconds took) noexcept {
    const auto ns = static_cast<std::uint64_t>(took.count() < 0 ? 0 : took.count());
    std::size_t bucket = 0;
    while (bucket < bounds.size() && ns > bounds[bucket]) ++bucket;
    count(buckets[bucket]);
    count(sum_ns, ns);
  }

  std::array<counter, bounds.size() + 1> buckets{};
  counter sum_ns{0};
};

}  // namespace multipass
