// A piece of work on its way to another thread, and the two kinds of caller that wait for one: a
// coroutine and a blocked thread. The job lives with its caller, in the coroutine's frame or on the
// stack, and is linked into the queue by itself: queueing allocates nothing.
//
// A job is never touched by two threads at once: whoever holds it hands it on, through the queue's
// lock and back through finish(). finish() is the last thing done to it; it may be gone thereafter.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "base/task.hpp"
#include "multipass/error.hpp"

namespace multipass {

template <class... Context>
class job_queue;

/// What a pool sees of a job. `Context` is what its threads lend to the work, such as a session.
template <class... Context>
class job {
 public:
  /// Does the work and keeps the outcome. An exception becomes errc::unavailable.
  virtual void run(Context... context) noexcept = 0;
  /// The code of the outcome when it is a failure.
  virtual std::optional<errc> failure() const noexcept = 0;
  /// The message of that failure, a copy.
  virtual std::string reason() const noexcept = 0;
  /// True: when this work fails, it has changed nothing, and nobody needs to undo it.
  virtual bool fails_without_trace() const noexcept = 0;
  /// Puts a failure in place of the outcome.
  virtual void fail(const error& e) noexcept = 0;
  /// Hands the outcome to the caller. The job may be gone when this returns.
  virtual void finish() noexcept = 0;

 protected:
  ~job() = default;

 private:
  friend class job_queue<Context...>;
  job* next_ = nullptr;
};

/// A job that calls `Callable`, which returns result<T>, and which may say of itself `static
/// constexpr bool fails_without_trace = true`. Leaves finish() to the kind of caller.
template <class Callable, class... Context>
class calling_job : public job<Context...> {
 public:
  using outcome = std::invoke_result_t<Callable&, Context...>;

  explicit calling_job(Callable& work) : work_(work) {}

  void run(Context... context) noexcept override {
    try {
      outcome_.emplace(work_(context...));
    } catch (...) {
      fail({errc::unavailable, "The work ended unexpectedly"});
    }
  }
  std::optional<errc> failure() const noexcept override {
    return outcome_->has_value() ? std::nullopt : std::optional{outcome_->error().code};
  }
  std::string reason() const noexcept override try {
    return outcome_->has_value() ? std::string{} : outcome_->error().message;
  } catch (const std::exception&) {
    return {};  // no memory for it
  }
  bool fails_without_trace() const noexcept override {
    return requires {
      requires Callable::fails_without_trace;
    };
  }
  void fail(const error& e) noexcept override {
    outcome_.emplace(boost::system::in_place_error, e);
  }
  outcome take() { return std::move(*outcome_); }

 protected:
  ~calling_job() = default;

 private:
  Callable& work_;
  std::optional<outcome> outcome_;
};

/// The job of a suspended coroutine, in whose frame it lives. finish() posts to the coroutine's
/// event loop, and does nothing else to it: io_contexts made with UNSAFE_IO allow no more across
/// threads.
template <class Callable, class... Context>
class suspended_job final : public calling_job<Callable, Context...> {
 public:
  using handler = asio::async_result<asio::use_awaitable_t<executor>, void()>::handler_type;

  using calling_job<Callable, Context...>::calling_job;

  /// Before the job is queued. Keeps the event loop alive until finish().
  void suspend(handler&& resume) {
    loop_.emplace(resume.get_executor());
    resume_.emplace(std::move(resume));
  }

  void finish() noexcept override {
    // The handler owns the frame around this job: move it out, and touch only locals from the post
    // on.
    auto loop = std::move(*loop_);
    auto resume = std::move(*resume_);
    asio::post(loop.get_executor(), std::move(resume));
  }

 private:
  std::optional<asio::executor_work_guard<executor>> loop_;
  std::optional<handler> resume_;
};

/// The job of a thread that blocks until it is done.
template <class Callable, class... Context>
class blocking_job final : public calling_job<Callable, Context...> {
 public:
  using calling_job<Callable, Context...>::calling_job;

  void finish() noexcept override {
    // Notified under the lock: once the waiting thread has that, it may destroy this.
    const std::lock_guard lock(mutex_);
    done_ = true;
    finished_.notify_one();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return done_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable finished_;
  bool done_ = false;
};

}  // namespace multipass
