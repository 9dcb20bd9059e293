// SIGTERM, SIGINT and SIGHUP, waited for instead of handled: no code ever runs inside a signal
// handler.
#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace multipass::cli {

/// Make it before any other thread, so that every thread inherits the blocked signals. It also
/// ignores SIGPIPE: a peer that went away is an error of its write, nothing more.
class signals {
 public:
  enum class wish { stop, reload };

  signals();

  /// Blocks until one of them comes; SIGHUP wishes a reload.
  wish wait() const;

  /// While it lives, another stop signal ends the process at once, with 128 + its number.
  class cut_on_second {
   public:
    cut_on_second();
    ~cut_on_second();
    cut_on_second(const cut_on_second&) = delete;
    cut_on_second& operator=(const cut_on_second&) = delete;

   private:
    void watch() const;

    std::atomic<bool> ending_ = false;
    std::thread thread_;  // last: it uses the above
  };
};

}  // namespace multipass::cli
