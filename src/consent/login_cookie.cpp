#include "consent/login_cookie.hpp"

#include <charconv>
#include <cstdint>

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

namespace multipass {
namespace {

// "<nonce>.<user name, base64url>.<end, seconds since 1970>" is signed together with the handle's
// digest, which the cookie need not repeat. The nonce makes each log-in's value, and with it the
// form token, new.
digest signature(const server_key& key, const digest& handle, std::string_view claims) {
  return key.sign("log-in", std::string(bytes_of(handle)).append(claims));
}

digest form_signature(const server_key& key, const digest& handle, std::string_view cookie) {
  return key.sign("csrf", std::string(bytes_of(handle)).append(cookie));
}

std::string name_with(std::string_view kind, const digest& handle, bool secure) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name = secure ? "__Host-multipass-" : "multipass-";
  name.append(kind) += '-';
  for (std::size_t i = 0; i < 4; ++i) {
    name += digits[handle.bytes[i] >> 4];
    name += digits[handle.bytes[i] & 0xFU];
  }
  return name;
}

bool is_signature(const digest& expected, std::string_view text) {
  const auto bytes = from_base64url(text);
  digest given;
  if (!bytes || bytes->size() != given.bytes.size()) return false;
  for (std::size_t i = 0; i < given.bytes.size(); ++i) {
    given.bytes[i] = static_cast<std::uint8_t>((*bytes)[i]);
  }
  return equal_in_constant_time(expected, given);
}

}  // namespace

std::string form_cookie_name(const digest& handle, bool secure) {
  return name_with("form", handle, secure);
}
std::string login_cookie_name(const digest& handle, bool secure) {
  return name_with("login", handle, secure);
}

std::string make_login_cookie(const server_key& key, const digest& handle,
                              std::string_view psu_username, timestamp expires_at) {
  const std::string claims = random_text(16) + '.' + base64url(psu_username) + '.' +
                             std::to_string(expires_at.time_since_epoch().count());
  return claims + '.' + base64url(bytes_of(signature(key, handle, claims)));
}

std::optional<std::string> psu_of_login_cookie(const server_key& key, const digest& handle,
                                               std::string_view value, timestamp now) {
  const auto last = value.rfind('.');
  if (last == std::string_view::npos) return std::nullopt;
  std::string_view claims = value.substr(0, last);
  if (!is_signature(signature(key, handle, claims), value.substr(last + 1))) return std::nullopt;

  // From here on the text is our own.
  const auto first = claims.find('.');
  const auto second = claims.find('.', first + 1);
  std::int64_t end = 0;
  std::from_chars(claims.data() + second + 1, claims.data() + claims.size(), end);
  if (now >= timestamp{std::chrono::seconds{end}}) return std::nullopt;
  return from_base64url(claims.substr(first + 1, second - first - 1));
}

std::string form_cookie(std::string_view cookies, std::string_view name) {
  constexpr std::size_t length = 32;
  const auto own = cookie_value(cookies, name);
  const bool good = own.size() == length && is_alphanumeric(own);
  return good ? std::string(own) : random_text(length);
}

std::string csrf_token(const server_key& key, const digest& handle, std::string_view cookie) {
  return base64url(bytes_of(form_signature(key, handle, cookie)));
}

bool csrf_token_matches(const server_key& key, const digest& handle, std::string_view cookie,
                        std::string_view token) {
  return !cookie.empty() && is_signature(form_signature(key, handle, cookie), token);
}

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    std::string_view pair = header.substr(0, end);
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

std::string set_cookie(std::string_view name, std::string_view value, bool secure,
                       std::string_view path) {
  std::string line = "Set-Cookie: " + std::string(name) + '=' + std::string(value);
  line += "; HttpOnly; SameSite=Lax";
  line += secure ? "; Path=/; Secure" : "; Path=" + std::string(path);
  if (value.empty()) line += "; Max-Age=0";
  return line + "\r\n";
}

}  // namespace multipass
