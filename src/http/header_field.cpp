#include "http/header_field.hpp"

#include <algorithm>
#include <cstring>

namespace multipass {
namespace {

std::uint64_t word_at(std::string_view text, std::size_t i) noexcept {
  std::uint64_t word;
  std::memcpy(&word, text.data() + i, sizeof word);
  return word;
}

header_field if_equal(std::string_view name, std::string_view lower, header_field f) noexcept {
  return equals_lower(name, lower) ? f : header_field::other;
}

}  // namespace

// 0x20 makes a small letter of a capital and leaves '-' alone. Of the characters allowed here, only
// the capital and the small letter become this small letter. Eight at a time, the last eight
// perhaps a second time.
bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  const auto size = text.size();
  if (size != lower.size()) return false;
  if (size < 8) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < size; ++i) {
      difference |= (static_cast<unsigned char>(text[i]) | 0x20U) ^ static_cast<unsigned>(lower[i]);
    }
    return difference == 0;
  }
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < size; i += 8) {
    const auto at = std::min(i, size - 8);
    difference |= (word_at(text, at) | 0x2020202020202020) ^ word_at(lower, at);
  }
  return difference == 0;
}

bool is_media_type(std::string_view content_type, std::string_view wanted) noexcept {
  auto type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return equals_lower(type, wanted);
}

// Length and first letter leave one candidate.
header_field find_header_field(std::string_view name) noexcept {
  using enum header_field;
  const auto first = name.empty() ? '\0' : static_cast<char>(name.front() | 0x20);
  switch (name.size()) {
    case 4:
      return if_equal(name, "host", host);
    case 6:
      if (first == 'c') return if_equal(name, "cookie", cookie);
      if (first == 'o') return if_equal(name, "origin", origin);
      return if_equal(name, "expect", expect);
    case 7:
      return if_equal(name, "upgrade", upgrade);
    case 10:
      return if_equal(name, "connection", connection);
    case 11:
      return if_equal(name, "client-cert", client_cert);
    case 12:
      if (first == 'x') return if_equal(name, "x-request-id", x_request_id);
      return if_equal(name, "content-type", content_type);
    case 13:
      return if_equal(name, "authorization", authorization);
    case 14:
      if (first == 'c') return if_equal(name, "content-length", content_length);
      if (first == 'p') return if_equal(name, "psu-ip-address", psu_ip_address);
      return if_equal(name, "sec-fetch-site", sec_fetch_site);
    case 15:
      return if_equal(name, "x-forwarded-for", x_forwarded_for);
    case 16:
      return if_equal(name, "proxy-connection", proxy_connection);
    case 17:
      return if_equal(name, "transfer-encoding", transfer_encoding);
    default:
      return other;
  }
}

}  // namespace multipass
