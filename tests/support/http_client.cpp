#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace multipass::testing {

std::string reply::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

http_client::http_client(const std::string& address, int receive_buffer, const std::string& from) {
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{20, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0) {
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in own{};
  own.sin_family = AF_INET;
  if (!from.empty() &&
      (inet_pton(AF_INET, from.c_str(), &own.sin_addr) != 1 ||
       ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)) {
    ::close(socket_);
    throw std::runtime_error("cannot connect from " + from);
  }
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot connect to " + address);
  }
}

http_client::~http_client() {
  ::close(socket_);
}

ssize_t http_client::send_some(const char* bytes, std::size_t size) {
  return ::send(socket_, bytes, size, MSG_NOSIGNAL);
}

ssize_t http_client::receive_some(char* room, std::size_t size) {
  return ::recv(socket_, room, size, 0);
}

std::size_t http_client::send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto n = send_some(bytes.data() + sent, bytes.size() - sent);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      throw std::runtime_error("the peer neither reads nor closes");
    }
    if (n <= 0) break;  // the peer has closed; what it said first can still be read
    sent += static_cast<std::size_t>(n);
  }
  return sent;
}

void http_client::wait_until_delivered() const {
  int unacknowledged = 0;
  while (ioctl(socket_, TIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0) {
  }
}

void http_client::finish_sending() {
  ::shutdown(socket_, SHUT_WR);
}

bool http_client::fill() {
  std::array<char, 16384> part{};
  const auto n = receive_some(part.data(), part.size());
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw std::runtime_error("no answer within the time-out");
  }
  was_reset_ = n < 0 && errno == ECONNRESET;
  if (n <= 0) return false;
  buffer_.append(part.data(), static_cast<std::size_t>(n));
  return true;
}

reply http_client::read(bool to_head) {
  auto end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!fill()) throw std::runtime_error("connection closed before a whole answer: " + buffer_);
    end = buffer_.find("\r\n\r\n");
  }
  reply r;
  r.status = static_cast<unsigned>(std::stoi(buffer_.substr(9, 3)));
  std::size_t at = buffer_.find("\r\n") + 2;
  while (at < end + 2) {
    const auto line_end = buffer_.find("\r\n", at);
    const auto colon = buffer_.find(':', at);
    auto name = buffer_.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    r.headers[name] = buffer_.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  buffer_.erase(0, end + 4);
  const auto length = r.header("content-length");
  const std::size_t size = to_head || length.empty() ? 0 : std::stoul(length);
  while (buffer_.size() < size) {
    if (!fill()) throw std::runtime_error("connection closed inside a body");
  }
  r.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return r;
}

bool http_client::has_answer_within(std::chrono::milliseconds time) {
  pollfd waiting{socket_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
}

bool http_client::closed_by_peer() {
  return buffer_.empty() && !fill();
}

std::string http_client::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

reply http_client::post(const std::string& target, const std::string& headers,
                        const std::string& body) {
  send("POST " + target + " HTTP/1.1\r\nHost: test\r\n" + headers +
       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return read();
}

reply http_client::get(const std::string& target, const std::string& headers) {
  send("GET " + target + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");
  return read();
}

reply post(const std::string& address, const std::string& target, const std::string& headers,
           const std::string& body) {
  return http_client(address).post(target, headers, body);
}

reply get(const std::string& address, const std::string& target, const std::string& headers) {
  return http_client(address).get(target, headers);
}

std::string between(std::string_view text, std::string_view from, std::string_view to) {
  auto begin = text.find(from);
  if (begin == std::string_view::npos) return {};
  begin += from.size();
  return std::string(text.substr(begin, text.find(to, begin) - begin));
}

std::string query_value(std::string_view url, std::string_view name) {
  auto rest = url.substr(std::min(url.find('?') + 1, url.size()));
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.substr(0, pair.find('=')) != name) continue;
    std::string plain;
    const auto value = pair.substr(pair.find('=') + 1);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '%') {
        plain += static_cast<char>(std::stoi(std::string(value.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else {
        plain += value[i];
      }
    }
    return plain;
  }
  return {};
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned char>(c));
    out += code.data();
  }
  return out;
}

}  // namespace multipass::testing
