#include "load/address.hpp"

#include <netdb.h>

#include <charconv>
#include <cstring>
#include <memory>

namespace multipass::load {

address_text parse_address(const std::string& text) {
  const std::invalid_argument bad("expected host:port, such as 127.0.0.1:8080 or [::1]:8080");
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) throw bad;
  address_text a{text.substr(0, colon), text.substr(colon + 1), text};
  const bool bracketed = a.host.size() > 2 && a.host.front() == '[' && a.host.back() == ']';
  if (bracketed) a.host = a.host.substr(1, a.host.size() - 2);
  if (bracketed != (a.host.find(':') != std::string::npos)) throw bad;
  // It goes into the Host header as it is.
  if (text.find_first_of(" \t\r\n/?#@") != std::string::npos) throw bad;
  unsigned port = 0;
  const char* const end = a.port.data() + a.port.size();
  const auto read = std::from_chars(a.port.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port == 0 || port > 65'535) throw bad;
  return a;
}

address resolve(const address_text& text) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = getaddrinfo(text.host.c_str(), text.port.c_str(), &wanted, &found);
  if (problem != 0) {
    throw std::runtime_error("cannot resolve " + text.host + ": " + gai_strerror(problem));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  address a;
  std::memcpy(&a.storage, found->ai_addr, found->ai_addrlen);
  a.size = found->ai_addrlen;
  a.written = text.written;
  return a;
}

}  // namespace multipass::load
