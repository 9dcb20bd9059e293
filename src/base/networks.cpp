#include "base/networks.hpp"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>

namespace multipass {
namespace {

namespace ip = boost::asio::ip;

ip_address masked(const ip_address& a, unsigned length) {
  if (a.is_v4()) {
    return ip::network_v4(a.to_v4(), static_cast<unsigned short>(length)).network();
  }
  return ip::network_v6(a.to_v6(), static_cast<unsigned short>(length)).network();
}

unsigned bits_of(const ip_address& a) {
  return a.is_v4() ? 32 : 128;
}

// nullopt-like: above every length there is.
unsigned parse_length(std::string_view text) {
  constexpr unsigned none = 1000;
  if (text.empty() || text.size() > 3) return none;
  unsigned length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return none;
    length = length * 10 + static_cast<unsigned>(c - '0');
  }
  return length;
}

}  // namespace

ip_address without_mapping(const ip_address& a) {
  if (!a.is_v6() || !a.to_v6().is_v4_mapped()) return a;
  return ip::make_address_v4(ip::v4_mapped, a.to_v6());
}

bool networks::contains(const ip_address& asked) const {
  const auto a = without_mapping(asked);
  return std::ranges::any_of(all_, [&](const network& n) {
    return n.address.is_v4() == a.is_v4() && masked(a, n.length) == n.address;
  });
}

result<networks> parse_networks(std::string_view text) {
  constexpr std::string_view separators = ", ";
  networks parsed;
  for (auto at = text.find_first_not_of(separators); at != std::string_view::npos;
       at = text.find_first_not_of(separators, at)) {
    const auto end = std::min(text.find_first_of(separators, at), text.size());
    const auto one = text.substr(at, end - at);
    at = end;
    const auto slash = one.find('/');
    boost::system::error_code ec;
    const auto address = ip::make_address(std::string(one.substr(0, slash)), ec);
    const auto length =
        slash == std::string_view::npos ? bits_of(address) : parse_length(one.substr(slash + 1));
    if (ec || length > bits_of(address) || masked(address, length) != address) {
      return fail(errc::bad_configuration, std::string(one) + " is not a network");
    }
    parsed.all_.push_back({address, length});
  }
  return parsed;
}

}  // namespace multipass
