#include "domain/names.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace multipass {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' ||
         c == '@' || c == '-';
}

bool ends_like_client_id(std::string_view name) {
  const auto digits = name.find_last_not_of("0123456789");
  return digits != std::string_view::npos && digits + 1 < name.size() && digits >= 1 &&
         name[digits] == '_' && name[digits - 1] == '_';
}

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

// Boost.URL 1.81 reads "http://127.0.0.1.evil.example/" as host 127.0.0.1 with the path
// ".evil.example/". But a path behind an authority is empty or begins with '/' (RFC 3986,
// section 3.3).
bool has_whole_authority(boost::urls::url_view uri) {
  const std::string path(uri.encoded_path());
  return path.empty() || path.front() == '/';
}

void append_percent_encoded(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      const auto b = static_cast<unsigned char>(c);
      out += '%';
      out += hex[b >> 4];
      out += hex[b & 15];
    }
  }
}

}  // namespace

result<void> check_username(std::string_view name) {
  if (name.empty() || name.size() > 64 ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return fail(errc::invalid_input, "a user name is 1 to 64 characters of A-Z a-z 0-9 . _ @ -");
  }
  return {};
}

result<void> check_tpp_username(std::string_view name) {
  if (auto r = check_username(name); !r) return r;
  if (ends_like_client_id(name)) {
    return fail(errc::invalid_input, "a TPP's user name must not end in \"__\" and digits");
  }
  return {};
}

std::optional<client_id> parse_client_id(std::string_view text) {
  if (!ends_like_client_id(text)) return std::nullopt;
  const auto split = text.find_last_not_of("0123456789") - 1;
  const auto digits = text.substr(split + 2);
  client_id id{std::string(text.substr(0, split)), 0};
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), id.number);
  const bool canonical = problem == std::errc{} && end == digits.data() + digits.size() &&
                         id.number > 0 && digits.front() != '0';
  if (!canonical || !check_tpp_username(id.username)) return std::nullopt;
  return id;
}

std::string make_client_id(std::string_view username, std::int64_t number) {
  return std::string(username) + "__" + std::to_string(number);
}

result<void> check_organization(std::string_view identifier) {
  constexpr std::size_t prefix = 6;  // "PSDGB-"
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  auto rest = identifier.substr(std::min(prefix, identifier.size()));
  bool good = identifier.size() <= 128 && !rest.empty() && identifier[prefix - 1] == '-' &&
              std::all_of(identifier.begin(), identifier.begin() + prefix - 1, is_capital) &&
              std::all_of(rest.begin(), rest.end(), is_visible);
  if (good && identifier.starts_with("PSD")) {
    const auto authority = rest.substr(0, rest.find('-'));
    good = authority.size() >= 2 && authority.size() <= 8 && rest.size() > authority.size() + 1 &&
           std::all_of(authority.begin(), authority.end(), is_capital);
  }
  if (good) return {};
  return fail(errc::invalid_input,
              "an organization identifier looks like PSDGB-FCA-123456: PSD, country, authority, "
              "number");
}

result<void> check_redirect_uri(std::string_view uri, bool allow_loopback_http) {
  const auto bad = [](std::string why) {
    return fail(errc::invalid_input, "redirect_uri " + std::move(why));
  };
  if (uri.size() > 2048) return bad("is longer than 2048 bytes");
  const auto parsed = boost::urls::parse_uri(uri);
  if (!parsed || parsed->host().empty() || !has_whole_authority(*parsed)) {
    return bad("must be an absolute URI");
  }
  if (parsed->has_fragment()) return bad("must not have a fragment");
  if (parsed->has_userinfo()) return bad("must not have user information");
  const bool loopback_http =
      parsed->scheme() == "http" && is_loopback(std::string(parsed->encoded_host()));
  if (parsed->scheme() != "https" && !(allow_loopback_http && loopback_http)) {
    return bad("must be https");
  }
  return {};
}

std::string with_query(std::string_view uri,
                       std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  std::string out(uri);
  char separator = uri.find('?') == std::string_view::npos ? '?' : '&';
  if (uri.ends_with('?') || uri.ends_with('&')) separator = '\0';
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    if (separator != '\0') out += separator;
    separator = '&';
    out += name;
    out += '=';
    append_percent_encoded(out, value);
  }
  return out;
}

std::string_view name_of(end_reason reason) noexcept {
  switch (reason) {
    case end_reason::revoked_by_tpp:
      return "revoked_by_tpp";
    case end_reason::withdrawn:
      return "withdrawn";
    case end_reason::code_replayed:
      return "code_replayed";
    case end_reason::refresh_replayed:
      return "refresh_replayed";
    case end_reason::none:
      break;
  }
  return "none";
}

}  // namespace multipass
