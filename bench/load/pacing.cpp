#include "load/pacing.hpp"

#include <algorithm>
#include <cmath>

namespace multipass::load {
namespace {

// A closed loop that lagged behind its cap may catch up no more than this.
constexpr nanos longest_catch_up = one_millisecond;

}  // namespace

pacing::pacing(const options& o, unsigned part)
    : closed_(o.closed),
      least_gap_(static_cast<nanos>(std::ceil(1e9 / o.rate_cap * o.threads))),
      schedule_(o.schedule, o.closed ? o.rate_cap : o.rate, part, o.threads, o.seed + part) {}

void pacing::begin(nanos start, nanos end) noexcept {
  start_ = start;
  end_ = end;
  next_ = closed_ ? start : start + schedule_.next();
}

void pacing::stop(nanos now) noexcept {
  end_ = std::min(end_, now);
}

nanos pacing::take(nanos now) noexcept {
  if (closed_) {
    next_ = std::max(next_, now - longest_catch_up) + least_gap_;
    return now;
  }
  const nanos intended = next_;
  schedule_.advance();
  next_ = start_ + schedule_.next();
  return intended;
}

}  // namespace multipass::load
