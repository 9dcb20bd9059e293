// The barest loop that serves keep-alive HTTP: one edge-triggered epoll set per thread, one recv
// for what has come, one send per answer or, gathered, one for all that the read brought. No
// time-outs, no limits, no counters: what a server framework costs is measured against this.
//
// Session, one per connection, says what is answered:
//   Session(Shared&)                      Shared is whatever the sessions have in common
//   step next(std::string_view unread)    the first request of `unread`, whole or not yet
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "peer_options.hpp"

namespace peers {

struct step {
  std::size_t used = 0;     ///< bytes of the request; 0: it is not whole yet
  std::string_view answer;  ///< good until the next call
  bool close = false;       ///< the peer sent what this server does not take
};

/// A listening socket on 127.0.0.1.
inline int listen_on(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    fail("cannot listen on port " + std::to_string(port) + ": " + std::strerror(errno));
  }
  return fd;
}

template <class Session, class Shared>
class epoll_server {
 public:
  epoll_server(const options& o, Shared& shared)
      : shared_(shared), gather_(o.gather), listener_(listen_on(o.port)) {
    for (unsigned i = 0; i < o.threads; ++i) sets_.push_back(epoll_create1(EPOLL_CLOEXEC));
  }

  /// Serves until the process is ended. The first thread accepts and deals connections in turn.
  [[noreturn]] void run() {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
    epoll_ctl(sets_[0], EPOLL_CTL_ADD, listener_, &event);
    for (std::size_t i = 1; i < sets_.size(); ++i) {
      std::thread([this, i] { serve(sets_[i]); }).detach();
    }
    serve(sets_[0]);
  }

 private:
  struct connection {
    connection(int socket, Shared& shared) : fd(socket), session(shared) {}
    int fd;
    std::size_t filled = 0;
    std::array<char, 16384> input;
    Session session;
  };

  [[noreturn]] void serve(int set) {
    std::array<epoll_event, 512> events;
    std::string gathered;
    while (true) {
      const int ready = epoll_wait(set, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        auto* c = static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (c == nullptr) {
          accept_all();
        } else if (!serve_one(*c, gathered)) {
          close(c->fd);
          delete c;
        }
      }
    }
  }

  void accept_all() {
    while (true) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{.events = EPOLLIN | EPOLLRDHUP | EPOLLET,
                        .data = {.ptr = new connection(fd, shared_)}};
      epoll_ctl(sets_[next_++ % sets_.size()], EPOLL_CTL_ADD, fd, &event);
    }
  }

  // A read that does not fill the buffer has emptied the socket (epoll(7)): no second one. False:
  // the connection is over.
  bool serve_one(connection& c, std::string& gathered) {
    while (true) {
      const std::size_t room = c.input.size() - c.filled;
      if (room == 0) return false;
      const auto n = recv(c.fd, c.input.data() + c.filled, room, 0);
      if (n <= 0) return n < 0 && errno == EAGAIN;
      c.filled += static_cast<std::size_t>(n);
      if (!answer_read(c, gathered)) return false;
      if (static_cast<std::size_t>(n) < room) return true;
    }
  }

  bool answer_read(connection& c, std::string& gathered) {
    std::size_t begin = 0;
    while (begin < c.filled) {
      const step s = c.session.next({c.input.data() + begin, c.filled - begin});
      if (s.close) return false;
      if (s.used == 0) break;
      begin += s.used;
      if (gather_) {
        gathered += s.answer;
      } else if (!send_all(c.fd, s.answer)) {
        return false;
      }
    }
    std::memmove(c.input.data(), c.input.data() + begin, c.filled - begin);
    c.filled -= begin;
    if (gathered.empty()) return true;
    const bool sent = send_all(c.fd, gathered);
    gathered.clear();
    return sent;
  }

  // A client that does not take its answers is not waited for.
  static bool send_all(int fd, std::string_view bytes) {
    return send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  Shared& shared_;
  const bool gather_;
  const int listener_;
  std::vector<int> sets_;
  std::size_t next_ = 0;
};

}  // namespace peers
