// Deletes what can no longer matter, now and then. Small batches, each a write like any other, and
// far apart: nobody waits long behind a purge, and writers, the disk and the event loops' cores
// have most of the time for themselves. Where others write too, a batch takes longer, and gives way
// for longer.
//
// A thread of its own between start() and stop(); those from one thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "metrics/store_metrics.hpp"
#include "multipass/clock.hpp"
#include "store/store_pool.hpp"

namespace multipass {

class purger {
 public:
  /// All outlive this. Events go when they are older than `event_ttl`.
  purger(store_pool& pool, store_metrics& metrics, const clock& wall,
         std::chrono::seconds event_ttl)
      : pool_(pool), metrics_(metrics), wall_(wall), event_ttl_(event_ttl) {}
  ~purger() { stop(); }

  void start();
  /// Waits for the batch at hand. Idempotent.
  void stop();

 private:
  void run();
  result<std::size_t> purge_batch();

  store_pool& pool_;
  store_metrics& metrics_;
  const clock& wall_;
  const std::chrono::seconds event_ttl_;
  std::mutex mutex_;  // guards ends_
  std::condition_variable wakes_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace multipass
