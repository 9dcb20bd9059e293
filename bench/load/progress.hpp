// One line a second about the run, while it runs.
#pragma once

#include <iosfwd>
#include <vector>

#include "load/clock.hpp"
#include "load/histogram.hpp"
#include "load/worker.hpp"

namespace multipass::load {

class progress_line {
 public:
  /// `shows_delay`: open loop, where requests can be behind their schedule.
  progress_line(std::ostream& out, std::vector<const worker*> workers, const run_times& times,
                bool shows_delay);

  void print_if_due(nanos now);

 private:
  struct state {
    histogram latency;
    std::uint64_t sent = 0, answered = 0, unexpected = 0, lost = 0;
  };
  state read() const;
  void print(nanos now);

  std::ostream& out_;
  std::vector<const worker*> workers_;
  run_times times_;
  bool shows_delay_;
  state before_;
  nanos last_;
};

}  // namespace multipass::load
