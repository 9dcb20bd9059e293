// Keeps a benchmark's threads where they are: the n-th on the n-th of the processors this process
// may use. A thread that moves leaves its caches behind, and the figure is about caches.
#pragma once

#include <sched.h>

#include <vector>

namespace multipass {

inline std::vector<int> usable_processors() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<int> numbers;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return numbers;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &allowed)) numbers.push_back(i);
  }
  return numbers;
}

/// Pins the calling thread; leaves it free where the system does not allow that.
inline void pin_thread(int index) {
  static const auto processors = usable_processors();  // before the first thread is pinned
  if (processors.empty()) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processors[static_cast<std::size_t>(index) % processors.size()], &one);
  sched_setaffinity(0, sizeof one, &one);
}

}  // namespace multipass
