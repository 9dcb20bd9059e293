#include "load/schedule.hpp"

#include <cmath>

namespace multipass::load {

schedule::schedule(schedule_kind kind, double rate, unsigned part, unsigned parts,
                   std::uint64_t seed) noexcept
    : kind_(kind),
      random_(seed),
      gap_(1e9 / rate * parts),
      first_(kind == schedule_kind::constant ? 1e9 / rate * part : exponential_gap()),
      next_(first_) {}

void schedule::advance() noexcept {
  if (kind_ == schedule_kind::poisson) {
    next_ += exponential_gap();
    return;
  }
  // Multiplied, not added up, so that no rounding gathers over millions of requests.
  next_ = first_ + gap_ * static_cast<double>(++number_);
}

double schedule::exponential_gap() noexcept {
  return -std::log1p(-random_.unit()) * gap_;
}

}  // namespace multipass::load
