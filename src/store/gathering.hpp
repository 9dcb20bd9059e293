// Whether the writing thread should wait a little for more jobs before it begins a transaction.
//
// Many callers write again as soon as they are answered. The first of them to come back would get a
// transaction of its own, and the others would wait for its fsync: batches of 1 and 63 by turns,
// where one of 64 would do. So after a batch of several, the next one is held until as many have
// come together as were under way, though never longer than a part of what a commit takes: what is
// waited is won back by the fsync that is saved. When they do not come, as with independent
// callers, the next batches are not held, for longer each time.
//
// A caller who is alone is never held up. Belongs to the writing thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace multipass {

class gathering {
 public:
  using clock = std::chrono::steady_clock;

  /// A batch is about to be answered. `waiting`: jobs that arrived meanwhile.
  void answering(std::size_t answered, std::size_t waiting, clock::duration commit) noexcept;

  /// The next batch may begin when this many jobs wait, or at this time.
  std::size_t enough() const noexcept { return enough_; }
  clock::time_point until() const noexcept { return until_; }

  /// The next batch has begun, with so many jobs.
  void gathered(std::size_t jobs) noexcept;

 private:
  static constexpr int part_of_commit = 4;
  static constexpr std::chrono::milliseconds longest{5};  // a commit may have waited for a lock
  static constexpr unsigned most_skipped = 64;

  std::size_t enough_ = 1;
  clock::time_point until_{};
  unsigned to_skip_ = 0;  // batches not to be held
  unsigned skips_ = 0;    // how many the last disappointment cost
};

inline void gathering::answering(std::size_t answered, std::size_t waiting,
                                 clock::duration commit) noexcept {
  enough_ = 1;
  if (answered + waiting < 2) return;
  if (to_skip_ > 0) {
    --to_skip_;
    return;
  }
  enough_ = answered + waiting;
  until_ = clock::now() + std::min<clock::duration>(commit / part_of_commit, longest);
}

inline void gathering::gathered(std::size_t jobs) noexcept {
  if (enough_ == 1) return;
  if (jobs >= enough_) {
    skips_ = 0;
    return;
  }
  skips_ = skips_ == 0 ? 1 : std::min(2 * skips_, most_skipped);
  to_skip_ = skips_;
}

}  // namespace multipass
