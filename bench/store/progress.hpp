// Lines on stderr that say how far a long step has come: one every two seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>

namespace bench {

class progress {
 public:
  /// `what` must outlive it.
  progress(const char* what, std::size_t all) : what_(what), all_(all) {}
  ~progress() { say(last_); }
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  void reached(std::size_t done) {
    last_ = done;
    const auto now = clock::now();
    if (now < next_) return;
    next_ = now + every;
    say(done);
  }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds every{2};

  void say(std::size_t done) const {
    const std::chrono::duration<double> taken = clock::now() - begun_;
    std::fprintf(stderr, "%s: %zu of %zu after %.1f s\n", what_, done, all_, taken.count());
  }

  const char* const what_;
  const std::size_t all_;
  const clock::time_point begun_ = clock::now();
  clock::time_point next_ = begun_ + every;
  std::size_t last_ = 0;
};

}  // namespace bench
