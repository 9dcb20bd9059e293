#include "http/slow_lane.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace multipass {

bool slow_lane::may_go() {
  if (!waiting_.empty() || gone_ == at_once) return false;
  ++gone_;
  return true;
}

task<> slow_lane::turn() {
  auto keep = [this](waiter w) {
    waiting_.push_back(std::move(w));
    call_next_later();
  };
  return asio::async_initiate<const asio::use_awaitable_t<executor>&, void()>(std::move(keep),
                                                                              use_task);
}

// Behind whatever the loop has to do now; in between it looks at its sockets.
void slow_lane::call_next_later() {
  if (std::exchange(called_, true)) return;
  asio::post(context_, [this] { call_next(); });
}

void slow_lane::call_next() {
  called_ = false;
  gone_ = 0;
  while (!waiting_.empty() && gone_ < at_once) {
    ++gone_;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next();  // may come again, at the end
  }
  if (!waiting_.empty()) call_next_later();
}

}  // namespace multipass
