#include "load/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

namespace multipass::load {
namespace {

io_outcome outcome_of(ssize_t moved) noexcept {
  using kind = io_outcome::kind;
  if (moved > 0) return {kind::moved, static_cast<std::size_t>(moved)};
  if (moved == 0) return {kind::closed};
  return {errno == EAGAIN || errno == EWOULDBLOCK ? kind::again : kind::failed};
}

}  // namespace

int stream::start_connect(const address& to) noexcept {
  close();
  handle_ = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (handle_ < 0) return errno;
  // Each request leaves at once; Nagle's algorithm would hold it until the last answer's ACK.
  const int on = 1;
  ::setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(handle_, reinterpret_cast<const sockaddr*>(&to.storage), to.size) == 0) return 0;
  return errno == EINPROGRESS ? 0 : errno;
}

int stream::connect_outcome() const noexcept {
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(handle_, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) return errno;
  return problem;
}

io_outcome stream::read(char* into, std::size_t size) noexcept {
  return outcome_of(::recv(handle_, into, size, 0));
}

io_outcome stream::write(std::string_view bytes) noexcept {
  return outcome_of(::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void stream::close() noexcept {
  if (handle_ >= 0) ::close(handle_);
  handle_ = -1;
}

}  // namespace multipass::load
