// The program: signals and the exit code. SIGINT and SIGTERM end the run early, with its report; a
// second one ends the process.
#include <signal.h>

#include <atomic>
#include <iostream>

#include "load/program.hpp"

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // a signal handler may touch no other

void on_signal(int number) {
  interrupted.store(true);
  ::signal(number, SIG_DFL);
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGINT, on_signal);
  ::signal(SIGTERM, on_signal);
  return multipass::load::run_program({argv + 1, argv + argc}, std::cout, std::cerr, interrupted);
}
