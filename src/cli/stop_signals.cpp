#include "cli/stop_signals.hpp"

#include <pthread.h>
#include <unistd.h>

namespace multipass::cli {

namespace {

constexpr int wake_up = SIGUSR1;  // ends the waiting thread of cut_on_second

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

int wait_for(std::initializer_list<int> signals) {
  const sigset_t set = set_of(signals);
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

}  // namespace

stop_signals::stop_signals() {
  const sigset_t set = set_of({SIGTERM, SIGINT, wake_up});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void stop_signals::wait() const {
  wait_for({SIGTERM, SIGINT});
}

stop_signals::cut_on_second::cut_on_second()
    : thread_([] {
        const int signal = wait_for({SIGTERM, SIGINT, wake_up});
        if (signal != wake_up) ::_exit(128 + signal);
      }) {}

stop_signals::cut_on_second::~cut_on_second() {
  pthread_kill(thread_.native_handle(), wake_up);
  thread_.join();
}

}  // namespace multipass::cli
