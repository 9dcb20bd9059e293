// Networks as they are configured, "10.0.0.0/8, 192.0.2.7, 2001:db8::/32", and who is in them.
// Immutable after parsing, so any thread may ask.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"

namespace multipass {

using ip_address = boost::asio::ip::address;

/// ::ffff:192.0.2.7 as 192.0.2.7: one host has one address, over whichever socket it came.
ip_address without_mapping(const ip_address& a);

class networks {
 public:
  bool contains(const ip_address& a) const;
  bool empty() const { return all_.empty(); }

 private:
  friend result<networks> parse_networks(std::string_view text);
  struct network {
    ip_address address;  ///< without its host bits
    unsigned length = 0;
  };
  std::vector<network> all_;
};

/// Separated by commas and spaces. errc::bad_configuration names the one that is none, such as one
/// whose host bits are set.
result<networks> parse_networks(std::string_view text);

}  // namespace multipass
