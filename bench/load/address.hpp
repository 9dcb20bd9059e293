// Where a server is: "host:port" as given, resolved once before the run.
#pragma once

#include <sys/socket.h>

#include <stdexcept>
#include <string>

namespace multipass::load {

struct address_text {
  std::string host;  ///< without brackets
  std::string port;
  std::string written;  ///< as given, for the Host header and for messages
};

/// "127.0.0.1:8080", "[::1]:8080", "gateway.example:80"; throws std::invalid_argument.
address_text parse_address(const std::string& text);

struct address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  std::string written;
};

/// Throws std::runtime_error that names the host.
address resolve(const address_text& text);

}  // namespace multipass::load
