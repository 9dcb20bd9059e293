#include "load/scripted_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace multipass::testing {

scripted_server::scripted_server(script what_to_do) : script_(std::move(what_to_do)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 ||
      ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
    throw std::runtime_error("scripted_server: no port");
  }
  port_ = ntohs(at.sin_port);
  thread_ = std::thread([this] { serve(); });
}

scripted_server::~scripted_server() {
  stop_ = true;
  thread_.join();
  for (const peer& p : peers_) ::close(p.socket);
  ::close(listener_);
}

void scripted_server::serve() {
  while (!stop_) {
    std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
    for (const peer& p : peers_) waiting.push_back({p.socket, POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), 20) <= 0) continue;
    std::vector<peer> kept;
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      if (waiting[i + 1].revents == 0 || take_in(peers_[i])) {
        kept.push_back(std::move(peers_[i]));
      } else {
        ::close(peers_[i].socket);
      }
    }
    peers_ = std::move(kept);
    if (waiting[0].revents == 0) continue;
    const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int on = 1;
    ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (accepted >= 0) peers_.push_back({accepted, {}});
  }
}

// False: the connection is over.
bool scripted_server::take_in(peer& p) {
  std::array<char, 65'536> part{};
  const auto n = ::recv(p.socket, part.data(), part.size(), 0);
  if (n <= 0) return false;
  p.received.append(part.data(), static_cast<std::size_t>(n));
  // The requests of these tests have no body.
  for (auto end = p.received.find("\r\n\r\n"); end != std::string::npos;
       end = p.received.find("\r\n\r\n")) {
    const auto request = p.received.substr(0, end + 4);
    p.received.erase(0, end + 4);
    if (!react(p, request)) return false;
  }
  return true;
}

bool scripted_server::react(peer& p, const std::string& request) {
  const auto what = script_(requests_++, request);
  std::this_thread::sleep_for(std::chrono::nanoseconds(what.stall));
  const std::size_t piece = what.in_pieces ? 1 : std::max<std::size_t>(what.bytes.size(), 1);
  for (std::size_t at = 0; at < what.bytes.size(); at += piece) {
    ::send(p.socket, what.bytes.data() + at, piece, MSG_NOSIGNAL);
  }
  if (what.after == reaction::then::reset) {
    const linger at_once{1, 0};
    ::setsockopt(p.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return what.after == reaction::then::keep;
}

std::string answer_text(unsigned status, const std::string& body, const std::string& fields) {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace multipass::testing
