// Enters what happens to requests into a worker's tallies: those that were meant to be sent during
// the warm-up into one that is thrown away, the others into the one that is reported.
#pragma once

#include <span>
#include <vector>

#include "load/answer_reader.hpp"
#include "load/clock.hpp"
#include "load/tally.hpp"
#include "load/ticket.hpp"

namespace multipass::load {

class recorder {
 public:
  /// With `late_matters` (open loop) sends are compared with when they were intended.
  recorder(std::span<const request_class> classes, bool late_matters);

  /// Before anything is entered.
  void measure_from(nanos when) noexcept { measure_from_ = when; }

  /// `starved`: it had to wait because no connection was free.
  void sent(const ticket& t, bool starved) noexcept;
  /// Returns whether the status was the expected one.
  bool answered(const ticket& t, const answer& a, nanos now) noexcept;
  void lost(const ticket& t, loss why, nanos now) noexcept;
  void unsent(nanos intended, nanos now) noexcept;
  void flow_done(nanos began, nanos now) noexcept { of(began).flows.record(now - began); }
  void flow_failed(nanos began) noexcept { of(began).flows_failed.add(); }

  // Any thread, at any time.
  const tally& measured() const noexcept { return measured_; }
  const tally& warm_up() const noexcept { return warm_up_; }

 private:
  tally& of(nanos intended) noexcept { return intended < measure_from_ ? warm_up_ : measured_; }

  std::vector<unsigned> expected_;
  bool late_matters_;
  nanos measure_from_ = 0;
  tally warm_up_;
  tally measured_;
};

}  // namespace multipass::load
