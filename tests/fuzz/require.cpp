#include <cstdio>
#include <cstdlib>

#include "fuzz/target.hpp"

namespace multipass::fuzz {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace multipass::fuzz
