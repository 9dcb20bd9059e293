#include "load/answer_head.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace multipass::load {
namespace {

answer_head malformed(const char* problem) noexcept {
  answer_head h;
  h.what = answer_head::outcome::malformed;
  h.problem = problem;
  return h;
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// `name` is in lower case.
bool equal_ignoring_case(std::string_view text, std::string_view name) noexcept {
  return text.size() == name.size() && std::equal(text.begin(), text.end(), name.begin(),
                                                  [](char a, char b) { return lower(a) == b; });
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool lists_close(std::string_view value) noexcept {
  while (!value.empty()) {
    const auto comma = std::min(value.find(','), value.size());
    if (equal_ignoring_case(trimmed(value.substr(0, comma)), "close")) return true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return false;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// The reason, or nullptr when the line is fine.
const char* read_status_line(std::string_view line, answer_head& h) noexcept {
  constexpr std::string_view version = "HTTP/1.1 ";
  if (!line.starts_with(version)) return "expected a status line that begins with HTTP/1.1";
  const auto rest = line.substr(version.size());
  const bool three_digits = rest.size() >= 3 && is_digit(rest[0]) && is_digit(rest[1]) &&
                            is_digit(rest[2]) && (rest.size() == 3 || rest[3] == ' ');
  if (!three_digits) return "expected a status of three digits";
  h.status = static_cast<unsigned>((rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0'));
  if (h.status < 200 || h.status > 599) return "expected a status from 200 to 599";
  return nullptr;
}

const char* read_content_length(std::string_view value, answer_head& h, bool& known) noexcept {
  if (known) return "Content-Length stands there twice";
  known = true;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, h.body_size);
  if (value.empty() || read.ptr != end || read.ec != std::errc{} || value.front() == '-') {
    return "Content-Length is not a number";
  }
  return h.body_size > longest_body ? "Content-Length is above 64 MiB" : nullptr;
}

const char* read_field(std::string_view line, answer_head& h, bool& length_known) noexcept {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return "a header line without a name";
  const auto name = line.substr(0, colon);
  if (is_blank(name.front()) || is_blank(name.back())) return "white space around a header's name";
  // Only three names matter, told apart by their lengths first: most lines end here.
  const auto value = line.substr(colon + 1);
  if (equal_ignoring_case(name, "content-length")) {
    return read_content_length(trimmed(value), h, length_known);
  }
  if (equal_ignoring_case(name, "transfer-encoding")) {
    return "Transfer-Encoding: only answers framed by Content-Length are read";
  }
  if (equal_ignoring_case(name, "connection")) h.close = h.close || lists_close(value);
  return nullptr;
}

}  // namespace

answer_head parse_answer_head(std::string_view bytes) noexcept {
  answer_head h;
  bool length_known = false;
  const char* at = bytes.data();
  const char* const end = at + std::min(bytes.size(), longest_head);
  while (at != end) {
    const auto left = static_cast<std::size_t>(end - at);
    const char* const feed = static_cast<const char*>(std::memchr(at, '\n', left));
    if (feed == nullptr) break;
    if (feed == at || feed[-1] != '\r') return malformed("a line that does not end in CR LF");
    const std::string_view line(at, static_cast<std::size_t>(feed - 1 - at));
    at = feed + 1;
    if (line.empty() && h.status != 0) {
      const bool bodiless = h.status == 204 || h.status == 304;  // RFC 9112, section 6.3
      if (!length_known && !bodiless) return malformed("no Content-Length");
      if (bodiless) h.body_size = 0;
      h.size = static_cast<std::size_t>(at - bytes.data());
      h.what = answer_head::outcome::whole;
      return h;
    }
    const char* const problem =
        h.status == 0 ? read_status_line(line, h) : read_field(line, h, length_known);
    if (problem != nullptr) return malformed(problem);
  }
  if (bytes.size() >= longest_head) return malformed("a head of more than 64 KiB");
  return {};
}

}  // namespace multipass::load
