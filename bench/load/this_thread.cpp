#include "load/this_thread.hpp"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace multipass::load {

void pin_to(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (sched_setaffinity(0, sizeof set, &set) == 0) return;
  std::string list;
  for (const int cpu : cpus) list += " " + std::to_string(cpu);
  throw std::runtime_error("--cpus: this machine offers none of:" + list);
}

void sharpen_timers() noexcept {
  ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

void allow_handles(std::size_t count) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) return;
  const rlim_t hard = limit.rlim_max;
  limit = {count, std::max<rlim_t>(hard, count)};  // above the hard limit only root may go
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  throw std::runtime_error("--connections: the system allows this process " + std::to_string(hard) +
                           " open files (ulimit -Hn), " + std::to_string(count) + " are needed");
}

}  // namespace multipass::load
