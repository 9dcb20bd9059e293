// Requests that memory cannot answer take their turns here, so that those it can answer do not wait
// behind them: under overload an event loop finds many of both at once, and what one miss costs it
// (a job for the store, or the refusal of one) pays for several hits. Two begin at once; the next
// two when the loop has looked at its sockets again (bench/RESULTS.md, overload, says what it
// brings).
//
// Confined to its event loop. While nobody else wants a turn, every second request makes a detour
// through the loop's queue.
#pragma once

#include <deque>

#include "base/task.hpp"

namespace multipass {

class slow_lane {
 public:
  /// `context` is the event loop's; it must run until nobody waits any more.
  explicit slow_lane(asio::io_context& context) : context_(context) {}

  /// True: go on. False: co_await turn() first.
  bool may_go();
  /// First come, first served.
  task<> turn();

 private:
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void()>::handler_type;
  static constexpr unsigned at_once = 2;  // tens of microseconds of work

  void call_next_later();
  void call_next();

  asio::io_context& context_;
  std::deque<waiter> waiting_;
  unsigned gone_ = 0;    // since call_next() was last there
  bool called_ = false;  // it is under way
};

}  // namespace multipass
