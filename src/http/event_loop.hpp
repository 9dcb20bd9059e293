// One thread with its io_context, its sessions, their deadlines and the text of the Date field. The
// io_context runs without locks (UNSAFE_IO), so from other threads only post() is allowed.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "base/task.hpp"
#include "http/epoll_set.hpp"
#include "http/slow_lane.hpp"
#include "multipass/clock.hpp"

namespace multipass {

/// What an event loop knows of a session: when its present wait ends, and how to end it. A timer
/// per operation would cost more than the operation: the loop looks at all of them ten times a
/// second.
class loop_member : public boost::intrusive::list_base_hook<> {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  time_point deadline = time_point::max();

  virtual void deadline_passed() = 0;   ///< the present wait took too long
  virtual void drain() = 0;             ///< end when the request at hand is answered
  virtual void cut() = 0;               ///< end now
  virtual void abandon() noexcept = 0;  ///< one of the above had no memory: end without any

 protected:
  ~loop_member() = default;
};

class event_loop {
 public:
  event_loop(std::size_t index, const clock& wall);
  ~event_loop();  ///< the loop must have been told to finish()

  /// Starts the thread.
  void start();

  // From any thread. Each posts to the loop.
  void drain();   ///< no new requests; sessions end when idle
  void cut();     ///< sessions end at once
  void finish();  ///< run() returns when the last session is gone; joined by join()
  void join();

  // From the loop's own thread.
  void enter(loop_member& m);
  void leave(loop_member& m);
  bool draining() const { return draining_; }
  /// Changes in place: a view stays good, and up to date, as long as the loop.
  std::string_view date() const { return {date_.data(), date_.size()}; }
  /// Coarse monotonic time, up to a tick (100 ms) ahead, so that no deadline made of it comes too
  /// soon.
  loop_member::time_point now() const { return now_ + tick_length; }
  /// A fresh correlation id, unique for this loop's life and hard to mix up with another's.
  std::string_view make_request_id();
  /// True at most 20 times a second: keeps a flood of refusals from flooding the log.
  bool may_log_refusal();

  std::size_t index() const { return index_; }
  asio::io_context& context() { return context_; }
  epoll_set& sockets() { return sockets_; }
  slow_lane& slow() { return slow_; }

 private:
  static constexpr std::chrono::milliseconds tick_length{100};
  task<> tick();
  template <class Action>
  void for_each_member(Action action) noexcept;
  void refresh_date();

  std::size_t index_;
  const clock& clock_;
  asio::io_context context_;
  asio::steady_timer timer_;
  epoll_set sockets_;
  slow_lane slow_;
  boost::intrusive::list<loop_member> members_;
  loop_member::time_point now_{};  // when the last tick was
  std::array<char, 29> date_{};
  std::string request_id_;
  timestamp refusals_second_{};
  unsigned refusals_logged_ = 0;
  bool draining_ = false;
  bool finishing_ = false;
  std::thread thread_;
};

}  // namespace multipass
