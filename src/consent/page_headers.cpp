#include "consent/page_headers.hpp"

#include <algorithm>

namespace multipass {
namespace {

// No Cross-Origin-Opener-Policy: it would cut off a TPP that opens this page in a pop-up and waits
// for its window to come back.
std::string headers(std::string_view form_action) {
  std::string lines =
      "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; "
      "base-uri 'none'; frame-ancestors 'none'; form-action ";
  lines += form_action;
  lines +=
      "\r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(), display-capture=(), geolocation=(), microphone=(), "
      "payment=(), usb=()\r\nReferrer-Policy: no-referrer\r\n";
  return lines;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string origin_of(std::string_view uri) {
  const auto scheme_end = uri.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const auto end = uri.find_first_of("/?#", scheme_end + 3);
  std::string origin(uri.substr(0, end));
  std::transform(origin.begin(), origin.end(), origin.begin(), lower);
  const std::string_view own_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.resize(origin.size() - own_port.size());
  return origin;
}

std::string host_of(std::string_view uri) {
  const std::string origin = origin_of(uri);
  const auto scheme_end = origin.find("://");
  return scheme_end == std::string::npos ? origin : origin.substr(scheme_end + 3);
}

std::string page_headers() {
  return headers("'none'");
}

std::string form_page_headers(std::string_view redirect_uri) {
  std::string form_action = "'self'";
  if (redirect_uri.starts_with("https:")) {
    form_action += " https:";
  } else if (!redirect_uri.empty()) {  // loopback; Content-Security-Policy knows no IPv6 hosts
    const std::string origin = origin_of(redirect_uri);
    const bool plain = origin.find_first_of("[];, ") == std::string::npos;
    form_action += plain ? ' ' + origin : " http:";
  }
  return headers(form_action);
}

std::string redirect_headers() {
  return "Referrer-Policy: no-referrer\r\n";
}

std::string transport_headers(const config& settings) {
  if (settings.sandbox || !settings.public_url.starts_with("https:")) return {};
  return "Strict-Transport-Security: max-age=31536000\r\n";
}

bool has_secure_cookies(const config& settings) {
  return !settings.sandbox || !settings.tls_certificate.empty();
}

bool may_post(const request& post, const config& settings) {
  if (!post.sec_fetch_site.empty() && post.sec_fetch_site != "same-origin") return false;
  const std::string_view origin = post.origin;
  if (origin.empty() || origin == "null") return true;
  const std::string scheme = settings.tls_certificate.empty() ? "http://" : "https://";
  const std::string own =
      settings.public_url.empty() ? scheme + settings.listen : settings.public_url;
  if (origin == origin_of(own)) return true;
  const auto port = settings.listen.rfind(':');
  return settings.sandbox && port != std::string::npos &&
         origin == origin_of(scheme + "localhost" + settings.listen.substr(port));
}

}  // namespace multipass
