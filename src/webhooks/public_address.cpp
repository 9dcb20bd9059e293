#include "webhooks/public_address.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace multipass {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast.
constexpr std::string_view special_v4 =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 "
    "198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";

// Global unicast is 2000::/3 (RFC 4291, section 2.4); what of it is special: the IETF's own with
// Teredo, ORCHID and benchmarking, documentation, 6to4.
constexpr std::string_view special_v6 =
    "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20";

bool is_public_v4(const address_v4& a) {
  static const networks special = *parse_networks(special_v4);
  return !special.contains(a);
}

// RFC 6052, section 2.1.
bool is_nat64(const address_v6::bytes_type& b) {
  constexpr std::array<unsigned char, 12> prefix{0, 0x64, 0xff, 0x9b};
  return std::equal(prefix.begin(), prefix.end(), b.begin());
}

bool is_public_v6(const address_v6& a) {
  static const networks special = *parse_networks(special_v6);
  const auto b = a.to_bytes();
  if (is_nat64(b)) return is_public_v4(address_v4({b[12], b[13], b[14], b[15]}));
  const bool global_unicast = (b[0] & 0xe0U) == 0x20U;
  return global_unicast && !special.contains(a);
}

}  // namespace

bool is_public(const ip_address& asked) {
  const auto a = without_mapping(asked);
  return a.is_v4() ? is_public_v4(a.to_v4()) : is_public_v6(a.to_v6());
}

bool may_receive(const ip_address& a, const networks& allowed) {
  return is_public(a) || allowed.contains(a);
}

}  // namespace multipass
