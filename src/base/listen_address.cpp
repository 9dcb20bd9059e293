#include "base/listen_address.hpp"

#include <charconv>

namespace multipass {

result<listen_address> parse_listen_address(std::string_view text) {
  const auto bad =
      fail(errc::bad_configuration, "expected address:port, such as 127.0.0.1:8080 or [::1]:8080");
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  auto ip_text = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);
  const bool bracketed = ip_text.size() > 2 && ip_text.front() == '[' && ip_text.back() == ']';
  if (bracketed) ip_text = ip_text.substr(1, ip_text.size() - 2);
  listen_address a;
  boost::system::error_code ec;
  a.ip = boost::asio::ip::make_address(std::string(ip_text), ec);
  if (ec || a.ip.is_v6() != bracketed) return bad;
  const auto end = port_text.data() + port_text.size();
  const auto [stopped, problem] = std::from_chars(port_text.data(), end, a.port);
  if (problem != std::errc{} || stopped != end || port_text.empty()) return bad;
  return a;
}

std::string to_text(const listen_address& a) {
  const auto ip = a.ip.to_string();
  return (a.ip.is_v6() ? "[" + ip + "]" : ip) + ":" + std::to_string(a.port);
}

}  // namespace multipass
