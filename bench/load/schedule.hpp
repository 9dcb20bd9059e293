// When requests are meant to be sent in an open loop: fixed before the run by rate and seed, and
// never moved by what the server does. Pure: times count from the start of the run.
#pragma once

#include <cstdint>

#include "load/clock.hpp"
#include "load/random_source.hpp"

namespace multipass::load {

enum class schedule_kind {
  constant,  ///< one every 1/rate seconds
  poisson,   ///< exponential gaps of mean 1/rate: independent clients
};

class schedule {
 public:
  /// One of `parts` schedules that together make `rate` requests a second: constant ones interleave
  /// evenly, and Poisson processes of rate/parts add up to one of rate.
  schedule(schedule_kind kind, double rate, unsigned part, unsigned parts,
           std::uint64_t seed) noexcept;

  nanos next() const noexcept { return static_cast<nanos>(next_); }
  void advance() noexcept;

 private:
  double exponential_gap() noexcept;

  schedule_kind kind_;
  random_source random_;
  // Nanoseconds. A double tells points of an hour apart to less than 0.001 of them.
  double gap_;
  double first_;
  double next_;
  std::uint64_t number_ = 0;
};

}  // namespace multipass::load
