// The bounded first-in first-out queue between callers and the threads of a pool, and the way
// through it: offload() for coroutines, offload_blocking() for threads.
//
// Thread safety: all functions from any thread; offload() suspends a coroutine of any event loop
// and resumes it there. Waiting jobs must be taken before the queue is destroyed.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/job.hpp"

namespace multipass {

/// What a queue counts, for display only.
struct queue_metrics {
  std::atomic<std::int64_t>* waiting = nullptr;   ///< jobs in the queue now
  std::atomic<std::uint64_t>* refused = nullptr;  ///< jobs turned away because it was full
};

template <class... Context>
class job_queue {
 public:
  using job_type = job<Context...>;
  using time_point = std::chrono::steady_clock::time_point;

  explicit job_queue(std::size_t most_waiting, queue_metrics metrics = {})
      : most_waiting_(most_waiting), metrics_(metrics) {}

  /// Appends. errc::overloaded when the queue is full, errc::unavailable when it is closed.
  result<void> push(job_type& j);

  /// When work is there, take() may wait for more: until there are `enough` jobs or `until` comes.
  struct patience {
    std::size_t enough = 1;
    time_point until{};
  };

  /// Waits until there is work, then puts the oldest jobs, at most `most`, into `taken` (cleared
  /// first). Leaves it empty when `deadline` came before any work. False: closed, and nothing left.
  /// Only a queue with one taker may have patience.
  bool take(std::vector<job_type*>& taken, std::size_t most,
            std::optional<time_point> deadline = std::nullopt, patience more = {1, {}});

  /// Jobs in the queue now.
  std::size_t waiting();

  /// No more work is accepted; what waits can still be taken.
  void close();

 private:
  void wait_for_work(std::unique_lock<std::mutex>& lock, std::optional<time_point> deadline);
  void wait_for_more(std::unique_lock<std::mutex>& lock, std::size_t most, patience more);
  void count_waiting() noexcept;

  const std::size_t most_waiting_;
  const queue_metrics metrics_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable arrived_;
  job_type* first_ = nullptr;
  job_type* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::size_t wanted_ = 1;  // fewer jobs do not wake a taker
  bool closed_ = false;
};

template <class... Context>
result<void> job_queue<Context...>::push(job_type& j) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(errc::unavailable, "The server is stopping");
    if (waiting_ < most_waiting_) {
      (first_ == nullptr ? first_ : last_->next_) = &j;
      last_ = &j;
      ++waiting_;
      count_waiting();
      if (waiting_ >= wanted_) arrived_.notify_one();
      return {};
    }
  }
  if (metrics_.refused != nullptr) metrics_.refused->fetch_add(1, std::memory_order_relaxed);
  return fail(errc::overloaded, "Too many requests are waiting; try again");
}

template <class... Context>
bool job_queue<Context...>::take(std::vector<job_type*>& taken, std::size_t most,
                                 std::optional<time_point> deadline, patience more) {
  taken.clear();
  std::unique_lock lock(mutex_);
  wait_for_work(lock, deadline);
  wait_for_more(lock, most, more);
  for (; first_ != nullptr && taken.size() < most; --waiting_) {
    taken.push_back(first_);
    first_ = first_->next_;
  }
  count_waiting();
  return !taken.empty() || !closed_;
}

template <class... Context>
void job_queue<Context...>::wait_for_work(std::unique_lock<std::mutex>& lock,
                                          std::optional<time_point> deadline) {
  const auto awake = [this] { return first_ != nullptr || closed_; };
  if (deadline) {
    arrived_.wait_until(lock, *deadline, awake);
  } else {
    arrived_.wait(lock, awake);
  }
}

template <class... Context>
void job_queue<Context...>::wait_for_more(std::unique_lock<std::mutex>& lock, std::size_t most,
                                          patience more) {
  wanted_ = std::min(more.enough, most);
  const auto awake = [this] { return first_ == nullptr || waiting_ >= wanted_ || closed_; };
  if (!awake()) arrived_.wait_until(lock, more.until, awake);
  wanted_ = 1;
}

template <class... Context>
std::size_t job_queue<Context...>::waiting() {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

template <class... Context>
void job_queue<Context...>::count_waiting() noexcept {
  if (metrics_.waiting == nullptr) return;
  metrics_.waiting->store(static_cast<std::int64_t>(waiting_), std::memory_order_relaxed);
}

template <class... Context>
void job_queue<Context...>::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  arrived_.notify_all();
}

/// Sends `work` through the queue and waits for its outcome, on the coroutine's own event loop. Its
/// io_context must outlive the pool behind the queue: until a job is finished, nobody else knows of
/// the coroutine.
template <class Callable, class... Context>
task<std::invoke_result_t<Callable&, Context...>> offload(job_queue<Context...>& queue,
                                                          Callable work) {
  suspended_job<Callable, Context...> waiting(work);
  auto start = [&](auto resume) {
    waiting.suspend(std::move(resume));
    if (auto queued = queue.push(waiting); !queued) {
      waiting.fail(queued.error());
      waiting.finish();
    }
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void()>(start, use_task);
  co_return waiting.take();
}

/// The same for a caller without an event loop: blocks the calling thread.
template <class Callable, class... Context>
std::invoke_result_t<Callable&, Context...> offload_blocking(job_queue<Context...>& queue,
                                                             Callable work) {
  blocking_job<Callable, Context...> waiting(work);
  if (auto queued = queue.push(waiting); !queued) return queued.error();
  waiting.wait();
  return waiting.take();
}

}  // namespace multipass
