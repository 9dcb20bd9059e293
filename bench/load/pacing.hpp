// When a worker's requests (or flows) begin. Open loop: as scheduled, whatever has become of the
// ones before. Closed loop: whenever there is room, no faster than the rate cap.
#pragma once

#include "load/clock.hpp"
#include "load/options.hpp"
#include "load/schedule.hpp"

namespace multipass::load {

class pacing {
 public:
  pacing(const options& o, unsigned part);

  void begin(nanos start, nanos end) noexcept;
  /// No more from now on.
  void stop(nanos now) noexcept;

  /// Open loop: those that were due before the end stay due after it until they are taken.
  bool due(nanos now) const noexcept { return next_ <= now && !over(now); }
  /// Of one that is due: when it was intended to begin.
  nanos take(nanos now) noexcept;
  /// When the next will be due; `never` when all are taken.
  nanos next(nanos now) const noexcept { return over(now) ? never : next_; }
  bool over(nanos now) const noexcept { return (closed_ ? now : next_) >= end_; }

 private:
  bool closed_;
  nanos least_gap_;  // closed loop
  schedule schedule_;
  nanos start_ = 0, end_ = 0, next_ = 0;
};

}  // namespace multipass::load
