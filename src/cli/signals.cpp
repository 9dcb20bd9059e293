#include "cli/signals.hpp"

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

signals::signals() {
  const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP, wake_up});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

signals::wish signals::wait() const {
  return wait_for({SIGTERM, SIGINT, SIGHUP}) == SIGHUP ? wish::reload : wish::stop;
}

signals::cut_on_second::cut_on_second() : thread_([this] { watch(); }) {}

signals::cut_on_second::~cut_on_second() {
  ending_.store(true, std::memory_order_release);  // pairs with the acquire in watch()
  pthread_kill(thread_.native_handle(), wake_up);
  thread_.join();
}

// A wake-up alone ends nothing: any process may have sent that signal, even long ago.
void signals::cut_on_second::watch() const {
  while (true) {
    const int signal = wait_for({SIGTERM, SIGINT, wake_up});
    if (signal != wake_up) ::_exit(128 + signal);
    // Pairs with the release in the destructor.
    if (ending_.load(std::memory_order_acquire)) return;
  }
}

}  // namespace multipass::cli
