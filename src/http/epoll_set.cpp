#include "http/epoll_set.hpp"

#include <sys/epoll.h>

#include <array>
#include <boost/system/system_error.hpp>
#include <cerrno>

namespace multipass {
namespace {

// In one go, before Asio's other handlers have their turn: a millisecond's work at most.
constexpr std::size_t batch = 128;

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll");
  return set;
}

}  // namespace

epoll_set::epoll_set(asio::io_context& context) : set_(context, make_set()) {}

void epoll_set::start() {
  watch();
}

void epoll_set::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  set_.cancel(ignored);
}

bool epoll_set::add(int descriptor, member& m) {
  epoll_event e{};
  e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  e.data.ptr = &m;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, descriptor, &e) == 0;
}

void epoll_set::remove(int descriptor) {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
}

// Watching anew looks at the set first, so that no edge falls between two waits.
void epoll_set::watch() {
  if (stopped_) return;
  auto ready = [this](boost::system::error_code) {
    if (!stopped_) deliver();
  };
  set_.async_wait(decltype(set_)::wait_read, ready);
}

void epoll_set::deliver() {
  std::array<epoll_event, batch> events;
  const int n = ::epoll_wait(set_.native_handle(), events.data(), batch, 0);
  for (int i = 0; i < n; ++i) {
    static_cast<member*>(events[static_cast<std::size_t>(i)].data.ptr)
        ->on_events(events[static_cast<std::size_t>(i)].events);
  }
  watch();
}

}  // namespace multipass
