#include "webhooks/target.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>

namespace multipass {
namespace {

constexpr std::size_t longest = 2048;

error bad(const char* why) {
  return fail(errc::invalid_input, std::string("url ") + why);
}

// What a host name is made of (RFC 952, RFC 1123), and the underscore that some have. A name with
// another byte in it, decoded or not, is no name in DNS.
bool is_host_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !name.empty() && name.size() <= 253 &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

bool is_loopback_host(std::string_view host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

}  // namespace

result<webhook_target> parse_webhook_url(std::string_view url, bool sandbox) {
  if (url.size() > longest) return bad("is longer than 2048 bytes");
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || !parsed->has_authority()) return bad("must be an absolute URL");
  if (parsed->has_userinfo()) return bad("must not have user information");
  if (parsed->has_fragment()) return bad("must not have a fragment");
  webhook_target t;
  t.host = parsed->host_address();
  using kind = boost::urls::host_type;
  const bool is_address = parsed->host_type() == kind::ipv4 || parsed->host_type() == kind::ipv6;
  if (!is_address && (parsed->host_type() != kind::name || !is_host_name(t.host))) {
    return bad("must name a host");
  }
  t.tls = parsed->scheme_id() == boost::urls::scheme::https;
  const bool plain = parsed->scheme_id() == boost::urls::scheme::http;
  if (!t.tls && !(plain && sandbox && is_loopback_host(t.host))) return bad("must be https");
  t.port = t.tls ? 443 : 80;
  if (parsed->has_port()) t.port = parsed->port_number();
  if (t.port == 0) return bad("must have a port from 1 to 65535");
  t.authority = std::string(parsed->encoded_host_and_port());
  t.path = std::string(parsed->encoded_path());
  if (t.path.empty()) t.path = "/";
  if (parsed->has_query()) t.path += "?" + std::string(parsed->encoded_query());
  return t;
}

}  // namespace multipass
