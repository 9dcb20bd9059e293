#include "http/framing_guard.hpp"

#include <algorithm>

#include "base/character_set.hpp"
#include "http/control_characters.hpp"
#include "http/header_field.hpp"

namespace multipass {
namespace {

// What a target may consist of beyond the characters of RFC 3986 is let pass, as long as everyone
// reads it alike; not so a fragment.
constexpr character_set target_characters = alphanumerics.with("!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
constexpr character_set host_characters = alphanumerics.with(".-_");
constexpr character_set ip_literal_characters = digits.with("abcdefABCDEF:.");

bool is_origin_form(std::string_view target) {
  return target.starts_with('/') && target_characters.has_all(target);
}

// uri-host [ ":" port ] (RFC 9110, section 7.2); stricter: no user info, no list, no path, no
// percent-encoding.
bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    if (!ip_literal_characters.has_all(host.substr(1, end - 1))) return false;
    host.remove_prefix(end + 1);
  } else {
    const auto end = std::min(host.find(':'), host.size());
    if (end == 0 || !host_characters.has_all(host.substr(0, end))) return false;
    host.remove_prefix(end);
  }
  if (host.empty()) return true;
  const auto port = host.substr(1);
  return host.front() == ':' && !port.empty() && port.size() <= 5 && digits.has_all(port);
}

std::optional<refusal> check_length(const request_head& head) {
  if (head.transfer_encodings > 0) {
    if (head.version < 11) return refusal{400, "Transfer-Encoding needs HTTP/1.1"};
    if (head.content_lengths > 0) {
      return refusal{400, "Transfer-Encoding and Content-Length exclude each other"};
    }
    if (head.transfer_encodings > 1 || !equals_lower(head.transfer_encoding, "chunked")) {
      return refusal{400, "Transfer-Encoding must be chunked and nothing else"};
    }
  }
  if (head.content_lengths > 1) return refusal{400, "Content-Length appears more than once"};
  if (head.content_lengths == 1) {
    const auto& n = head.content_length;
    if (n.empty() || n.size() > 18 || !digits.has_all(n) || (n.size() > 1 && n.front() == '0')) {
      return refusal{400, "Content-Length must be one decimal number"};
    }
  }
  return std::nullopt;
}

}  // namespace

// HTAB apart, no control character may stand in a header (RFC 9110, section 5.5) but one CR LF per
// line: a bare CR or LF, and a folded field (RFC 9112, section 5.2), change that count.
std::optional<refusal> check_lines(std::string_view raw, std::size_t fields) noexcept {
  std::size_t lines = 0;
  bool plain = true;
  for (auto i = find_control(raw, 0); i < raw.size(); i = find_control(raw, i + 1)) {
    if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') {
      ++lines;
      ++i;
    } else if (raw[i] == '\r' || raw[i] == '\n') {
      plain = false;
    } else if (raw[i] != '\t') {
      return refusal{400, "Control character in the header"};
    }
  }
  if (plain && lines == fields + 2) return std::nullopt;
  return refusal{400, "Header lines must end in CR LF and not be folded"};
}

std::optional<refusal> check_fields(const request_head& head) noexcept {
  if (head.version != 10 && head.version != 11)
    return refusal{505, "HTTP version must be 1.0 or 1.1"};
  if (!is_origin_form(head.target)) return refusal{400, "Request target must be a path"};
  if (head.hosts > 1) return refusal{400, "Host appears more than once"};
  if (head.hosts == 0 && head.version == 11) return refusal{400, "Host is missing"};
  if (head.hosts == 1 && !is_host(head.host)) return refusal{400, "Host is malformed"};
  if (head.expects > 1 || (!head.expect.empty() && !equals_lower(head.expect, "100-continue"))) {
    return refusal{417, "Only Expect: 100-continue is understood"};
  }
  if (head.content_types > 1) return refusal{400, "Content-Type appears more than once"};
  return check_length(head);
}

std::optional<refusal> check_framing(const request_head& head) noexcept {
  if (const auto refused = check_lines(head.raw, head.fields)) return refused;
  return check_fields(head);
}

}  // namespace multipass
