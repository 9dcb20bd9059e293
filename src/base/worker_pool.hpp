// Threads for work that must not run on an event loop and needs no store, such as scrypt:
// `co_await workers.run(job)` runs the job on one of them; the coroutine resumes on its own event
// loop. Bounded: errc::overloaded at once when too many wait. A job that throws answers
// errc::unavailable.
//
// Thread safety: run() from any event loop. The pool must be destroyed before the io_contexts whose
// coroutines use it.
#pragma once

#include <cstddef>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/job_queue.hpp"
#include "base/task.hpp"
#include "multipass/error.hpp"

namespace multipass {

class worker_pool {
 public:
  /// Throws std::system_error when the threads cannot be started.
  worker_pool(unsigned threads, std::size_t most_waiting);
  /// Runs what is queued, then joins the threads.
  ~worker_pool();
  worker_pool(const worker_pool&) = delete;
  worker_pool& operator=(const worker_pool&) = delete;

  /// `job` is a callable that returns result<T>.
  template <class Job>
  task<std::invoke_result_t<Job&>> run(Job job) {
    return offload(queue_, std::move(job));
  }

 private:
  void work();
  void stop() noexcept;

  job_queue<> queue_;
  std::vector<std::thread> threads_;
};

}  // namespace multipass
