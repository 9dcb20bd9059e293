#include "cli/core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace multipass::cli {

// Both, for each alone is not enough: a kernel that pipes cores to a collector does not look at the
// limit (core(5)), and the flag says nothing to whoever only reads the limits.
void forbid_core_dumps() noexcept {
#ifndef __SANITIZE_ADDRESS__
  constexpr rlimit nothing{0, 0};
  ::setrlimit(RLIMIT_CORE, &nothing);
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace multipass::cli
