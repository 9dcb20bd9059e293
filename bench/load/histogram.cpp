#include "load/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace multipass::load {

void histogram::record(nanos value) noexcept {
  const nanos v = std::clamp<nanos>(value, 0, longest);
  counts_[index_of(v)].add();
  total_.add();
  sum_.add(static_cast<std::uint64_t>(v));
  max_.raise_to(static_cast<std::uint64_t>(v));
}

void histogram::add(const histogram& other) noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (const auto n = other.counts_[i].get(); n > 0) counts_[i].add(n);
  }
  total_.add(other.total_.get());
  sum_.add(other.sum_.get());
  max_.raise_to(other.max_.get());
}

void histogram::remove(const histogram& earlier) noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (const auto n = earlier.counts_[i].get(); n > 0) counts_[i].set(counts_[i].get() - n);
  }
  total_.set(total_.get() - earlier.total_.get());
  sum_.set(sum_.get() - earlier.sum_.get());
}

double histogram::mean() const noexcept {
  const auto n = count();
  return n == 0 ? 0 : static_cast<double>(sum_.get()) / static_cast<double>(n);
}

nanos histogram::percentile(double percent) const noexcept {
  const auto all = static_cast<double>(count());
  if (all == 0) return 0;
  // The subtrahend keeps 99.9 % of 1000, which is not quite 999 in binary, from becoming 1000.
  const double rank = std::max(1.0, std::ceil(percent / 100 * all - 1e-6));
  double seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += static_cast<double>(counts_[i].get());
    if (seen >= rank) return std::min(upper_of(i), max());
  }
  return max();
}

}  // namespace multipass::load
