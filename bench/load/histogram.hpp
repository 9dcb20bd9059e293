// Counts of durations in buckets whose width grows with the value: exact below 2.048 us, above it
// each power of two is cut into 1024, so a reported value is at most 0.1 % above the true one. From
// 1 ns to 1 h; longer counts as 1 h. Fixed memory (261 KiB), recording allocates nothing.
//
// One thread records; others may read and add at the same time, and see counts of about now.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "load/clock.hpp"
#include "load/counter.hpp"

namespace multipass::load {

class histogram {
 public:
  static constexpr nanos longest = 3600 * one_second;

  histogram() : counts_(index_of(longest) + 1) {}

  /// A negative value counts as 0.
  void record(nanos value) noexcept;
  void add(const histogram& other) noexcept;
  /// Takes away what `earlier`, a copy of this made before, held: what is left came since. The
  /// maximum stays.
  void remove(const histogram& earlier) noexcept;

  std::uint64_t count() const noexcept { return total_.get(); }
  nanos max() const noexcept { return static_cast<nanos>(max_.get()); }
  /// Exact, unlike percentiles; 0 when empty, as they are.
  double mean() const noexcept;
  /// The smallest recorded value, rounded up to its bucket's end, that `percent` (0-100) of all
  /// values do not exceed.
  nanos percentile(double percent) const noexcept;

  /// Calls visit(upper end, count) for each bucket that is not empty, ascending.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (const auto n = counts_[i].get(); n > 0) visit(upper_of(i), n);
    }
  }

  /// Which bucket a value (0 to longest) falls into, and the largest value of a bucket.
  static constexpr std::size_t index_of(nanos value) noexcept {
    const auto v = static_cast<std::uint64_t>(value);
    const auto width = static_cast<int>(std::bit_width(v));
    const auto shift = static_cast<unsigned>(width > exact_bits ? width - exact_bits : 0);
    return shift * half + static_cast<std::size_t>(v >> shift);
  }
  static constexpr nanos upper_of(std::size_t index) noexcept {
    if (index < 2 * half) return static_cast<nanos>(index);
    const auto shift = index / half - 1;
    const auto leading = index - shift * half;
    return static_cast<nanos>(((leading + 1) << shift) - 1);
  }

 private:
  static constexpr int exact_bits = 11;
  static constexpr std::size_t half = std::size_t{1} << (exact_bits - 1);

  std::vector<counter> counts_;
  counter total_, sum_, max_;
};

}  // namespace multipass::load
