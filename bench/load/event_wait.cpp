#include "load/event_wait.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace multipass::load {

event_wait::event_wait(nanos spin) : spin_(spin), handle_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (handle_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

event_wait::~event_wait() {
  ::close(handle_);
}

void event_wait::add(int handle, std::uint64_t key) {
  epoll_event e{};
  e.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  e.data.u64 = key;
  if (::epoll_ctl(handle_, EPOLL_CTL_ADD, handle, &e) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

std::span<const epoll_event> event_wait::wait(nanos until) {
  while (true) {
    const nanos left = until - clock_now();
    const int n = poll(std::max<nanos>(left - spin_, 0));
    if (n > 0) return {events_.data(), static_cast<std::size_t>(n)};
    if (n < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    if (n < 0 || left <= 0) return {};  // a signal may have asked for the end of the run
  }
}

int event_wait::poll(nanos timeout) noexcept {
  const auto size = static_cast<int>(events_.size());
  if (timeout > 0 && precise_) {
    const timespec t{static_cast<time_t>(timeout / one_second), timeout % one_second};
    const int n = ::epoll_pwait2(handle_, events_.data(), size, &t, nullptr);
    if (n >= 0 || errno != ENOSYS) return n;
    precise_ = false;  // Linux before 5.11
  }
  // Rounded down: the rest, below a millisecond, is polled.
  return ::epoll_wait(handle_, events_.data(), size, static_cast<int>(timeout / one_millisecond));
}

}  // namespace multipass::load
