// How tokens were decided, per event loop, so that nothing is shared on the hot path.
#pragma once

#include "metrics/counter.hpp"

namespace multipass {

struct alignas(64) auth_metrics {
  counter hits{0};                ///< decided from the token cache
  counter misses{0};              ///< the store was asked
  counter forged{0};              ///< check characters wrong: refused without asking anybody
  counter view_hits{0};           ///< account answers from memory
  counter view_misses{0};         ///< account answers read from the account source
  counter unattended_refused{0};  ///< reads without the PSU beyond their limit
};

}  // namespace multipass
