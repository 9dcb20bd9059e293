// The one hop off the event loop: `co_await pool.read(job)` runs the job on a reading thread with a
// session of its own, `co_await pool.write(job)` on the writing thread; the coroutine resumes on
// its own event loop. Writes that wait together share one transaction and one fsync (group commit),
// and one that fails is undone alone; a write is answered only after the COMMIT. After the COMMIT
// and before the first answer the change clock advances, so nothing kept in memory can outlive a
// revocation. Both queues are bounded: beyond, errc::overloaded at once.
//
// A job is a callable `result<T>(store_reader&)` or `result<T>(store_writer&)`, where one function
// of the writer is all of it best a single_write; it runs exactly once unless the queue is full. A
// write whose COMMIT fails answers errc::unavailable, a job that throws as well. After a failure of
// the store the next job tries again.
//
// Thread safety: all functions from any thread. The pool must be destroyed before the io_contexts
// whose coroutines use it, and no caller may be blocked in it then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/job_queue.hpp"
#include "base/task.hpp"
#include "metrics/store_metrics.hpp"
#include "multipass/store.hpp"
#include "store/change_clock.hpp"
#include "store/gathering.hpp"
#include "store/group_commit.hpp"
#include "store/store_health.hpp"

namespace multipass {

class store_pool {
 public:
  struct options {
    unsigned readers = 2;
    std::size_t queue = 4096;  // waiting jobs per queue
    std::chrono::milliseconds foreign_change_poll{100};
    /// Jobs per transaction at most, at least 1. Bounds how long the first of a batch waits for the
    /// last, and the transaction's memory.
    std::size_t batch = 256;
    /// Told when the store becomes unavailable or available again.
    store_health::observer on_health{};
    /// Told on the writing thread; must not block.
    event_observer on_events{};
  };

  /// Opens the sessions and starts the threads. All referenced must outlive the pool.
  static result<std::unique_ptr<store_pool>> open(store& s, options o, change_clock& changes,
                                                  store_metrics& metrics);
  /// Runs what is queued, then joins the threads.
  ~store_pool();
  store_pool(const store_pool&) = delete;
  store_pool& operator=(const store_pool&) = delete;

  template <class Job>
  task<std::invoke_result_t<Job&, store_reader&>> read(Job job) {
    return offload(reads_, std::move(job));
  }
  template <class Job>
  task<std::invoke_result_t<Job&, store_writer&>> write(Job job) {
    return offload(writes_, std::move(job));
  }

  /// The same for callers without an event loop; block the calling thread.
  template <class Job>
  std::invoke_result_t<Job&, store_reader&> read_blocking(Job job) {
    return offload_blocking(reads_, std::move(job));
  }
  template <class Job>
  std::invoke_result_t<Job&, store_writer&> write_blocking(Job job) {
    return offload_blocking(writes_, std::move(job));
  }

  /// False while the store cannot be read or written (the last read or commit failed): /readyz.
  /// While nobody asks, the pool itself tries at every foreign_change_poll whether it can again.
  bool healthy() const noexcept { return health_.good(); }

 private:
  store_pool(options o, change_clock& changes, store_metrics& metrics);
  result<void> start(store& s, unsigned readers);

  void read_loop(store_reader& session);
  void write_loop(store_writer& session, std::int64_t foreign_seen);
  void commit(std::span<write_job* const> batch, store_writer& session);
  void try_again(store_writer& session);
  template <class Job>
  void note_read(const Job& j) noexcept;
  void look_for_foreign_changes(store_writer& session, std::int64_t& seen);

  const std::chrono::milliseconds foreign_change_poll_;
  const std::size_t batch_;
  const event_observer on_events_;
  change_clock& changes_;
  store_metrics& metrics_;
  job_queue<store_reader&> reads_;
  job_queue<store_writer&> writes_;
  gathering gathering_;  // the writing thread's
  store_health health_;
  std::vector<std::thread> threads_;
};

}  // namespace multipass
