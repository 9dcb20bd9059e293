#include "http/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "http/tls_connection.hpp"

namespace multipass {

socket::socket(int descriptor, epoll_set& set) : set_(set), descriptor_(descriptor) {
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!set.add(descriptor_, *this)) close();
}

socket::~socket() {
  close();
}

socket::outcome socket::read(std::span<char> room) {
  if (tls_) [[unlikely]]
    return read_tls(room);
  return receive(room);
}

socket::outcome socket::write(std::span<const char> bytes) {
  if (tls_) [[unlikely]]
    return write_tls(bytes);
  return transmit(bytes);
}

// A read that does not fill its room has emptied the socket: the next bytes bring a new edge
// (epoll(7), question 9). Not so the end of the stream, whose edge may have come already. A read
// also stops short at TCP's urgent mark; whoever sends urgent data may find itself read no further
// until it sends more.
socket::outcome socket::receive(std::span<char> room) {
  if (!may_read_) return {status::not_now};
  const auto n = ::recv(descriptor_, room.data(), room.size(), 0);
  if (n > 0) {
    const auto bytes = static_cast<std::size_t>(n);
    may_read_ = hung_up_ || bytes == room.size();
    return {status::done, bytes};
  }
  if (n == 0) return {status::ended};
  if (errno != EAGAIN && errno != EINTR) return {status::failed};
  may_read_ = errno == EINTR;
  return {status::not_now};
}

socket::outcome socket::transmit(std::span<const char> bytes) {
  if (!may_write_) return {status::not_now};
  const auto n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n >= 0) return {status::done, static_cast<std::size_t>(n)};
  if (errno != EAGAIN && errno != EINTR) return {status::failed};
  may_write_ = errno == EINTR;
  return {status::not_now};
}

task<bool> socket::wait(direction d) {
  auto keep = [this, d](waiter w) {
    if (descriptor_ < 0 || is_ready(d)) {
      resume_later(std::move(w), descriptor_ >= 0);
      return;
    }
    waits_for_ = d;
    waiter_.emplace(std::move(w));
  };
  return asio::async_initiate<const asio::use_awaitable_t<executor>&, void(bool)>(std::move(keep),
                                                                                  use_task);
}

void socket::on_events(std::uint32_t events) {
  const bool over = (events & (EPOLLHUP | EPOLLERR)) != 0;
  hung_up_ = hung_up_ || over || (events & EPOLLRDHUP) != 0;
  may_read_ = may_read_ || hung_up_ || (events & EPOLLIN) != 0;
  may_write_ = may_write_ || over || (events & EPOLLOUT) != 0;
  if (!waiter_ || !is_ready(waits_for_)) return;
  auto w = std::move(*waiter_);
  waiter_.reset();
  w(true);  // may end this socket
}

// Not resumed in place: who cancels may be going through a list that the session is in.
void socket::cancel() {
  if (!waiter_) return;
  resume_later(std::move(*waiter_), false);
  waiter_.reset();
}

void socket::resume_later(waiter w, bool ready) {
  const auto where = w.get_executor();
  auto resume = [w = std::move(w), ready]() mutable { w(ready); };
  asio::post(where, std::move(resume));
}

bool socket::has_unread() const {
  if (tls_ && tls_->has_pending()) return true;
  int bytes = 0;
  return ::ioctl(descriptor_, FIONREAD, &bytes) == 0 && bytes > 0;
}

void socket::abandon() noexcept {
  ::shutdown(descriptor_, SHUT_RDWR);
}

void socket::shutdown_send() {
  if (tls_) {
    tls_->say_goodbye();
    drop_tls();
  }
  ::shutdown(descriptor_, SHUT_WR);
}

void socket::close() {
  if (descriptor_ >= 0) {
    set_.remove(descriptor_);
    ::close(descriptor_);
  }
  descriptor_ = -1;
  cancel();
}

}  // namespace multipass
