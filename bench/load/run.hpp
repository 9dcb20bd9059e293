// A whole run: workers on their threads, the progress line, and the result.
#pragma once

#include <atomic>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "load/options.hpp"
#include "load/tally.hpp"

namespace multipass::load {

struct run_result {
  explicit run_result(std::vector<request_class> of)
      : classes(std::move(of)), measured(classes.size()) {}

  std::vector<request_class> classes;
  tally measured;  ///< of all workers, without the warm-up
  double seconds =
      0;  ///< from the end of the warm-up to the end, or the last answer if that is later
  // These count over the whole run, the warm-up included.
  std::uint64_t failed_connects = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t strays = 0;

  double busy = 0;          ///< of the busiest worker, 0 to 1
  std::string complaint;    ///< what the first malformed answer was
  std::string ended_early;  ///< why, or empty

  double rate() const;
  std::uint64_t malformed() const;
  /// Every answer was as expected, none is missing, and there was at least one.
  bool clean() const;
};

/// Throws usage_error or std::runtime_error when the run cannot begin. `progress` may be null; the
/// run ends early when `interrupted` becomes true.
run_result run_load(const options& o, std::ostream* progress, const std::atomic<bool>& interrupted);

}  // namespace multipass::load
