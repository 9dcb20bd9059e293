// "127.0.0.1:8080" and "[::1]:8080", as listeners are configured.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

struct listen_address {
  boost::asio::ip::address ip;
  std::uint16_t port = 0;
};

/// errc::bad_configuration: "expected address:port, such as 127.0.0.1:8080 or [::1]:8080".
result<listen_address> parse_listen_address(std::string_view text);
std::string to_text(const listen_address& a);

}  // namespace multipass
