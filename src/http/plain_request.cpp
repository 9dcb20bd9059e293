#include "http/plain_request.hpp"

#include "base/character_set.hpp"
#include "http/control_characters.hpp"
#include "http/request_fields.hpp"

namespace multipass {
namespace {

// RFC 9110, section 5.6.2.
constexpr character_set token_characters = alphanumerics.with("!#$%&'*+-.^_`|~");
// RFC 3986, sections 3.3 and 3.4. Others are left to Beast.
constexpr character_set target_characters = alphanumerics.with("-._~!$&'()*+,;=:@/?%");

// Reads from the front; every step that finds something unusual says so.
class cursor {
 public:
  explicit cursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }

  bool skip(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  std::string_view take(const character_set& allowed) {
    const auto front = at_;
    while (at_ < text_.size() && allowed.has(text_[at_])) ++at_;
    return text_.substr(front, at_ - front);
  }
  // To the CR LF of this line. HTAB ends it too early: unusual.
  std::string_view take_value() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const auto front = at_;
    at_ = find_control(text_, at_);
    auto end = at_;
    while (end > front && text_[end - 1] == ' ') --end;
    return text_.substr(front, end - front);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool read_request_line(cursor& c, const http_limits& limits, request_head& head, request& parts) {
  if (c.skip("POST ")) {
    parts.method = verb::post;
  } else if (c.skip("GET ")) {
    parts.method = verb::get;
  } else {
    return false;
  }
  const auto target = c.take(target_characters);
  if (!target.starts_with('/') || !c.skip(" HTTP/1.1\r\n")) return false;
  if (c.at() > limits.request_line + 2) return false;
  file_target(target, head, parts);
  return true;
}

// A length that can be written in one way only, and that fits a segment or two.
bool is_short_length(std::string_view value) {
  constexpr std::size_t most_digits = 4;
  return !value.empty() && value.size() <= most_digits && digits.has_all(value) &&
         (value.front() != '0' || value.size() == 1);
}

std::size_t short_length(std::string_view value) {
  std::size_t length = 0;
  for (const char c : value) length = length * 10 + static_cast<std::size_t>(c - '0');
  return length;
}

// Says no to what frames a body in another way or changes the protocol.
plain read_field(cursor& c, request_head& head, request& parts) {
  const auto name = c.take(token_characters);
  if (name.empty() || !c.skip(":")) return plain::no;
  const auto value = c.take_value();
  if (!c.skip("\r\n")) return plain::no;
  ++head.fields;
  const auto field = find_header_field(name);
  switch (field) {
    case header_field::connection:
      if (equals_lower(value, "keep-alive")) return plain::keep_alive;
      return equals_lower(value, "close") ? plain::close : plain::no;
    case header_field::expect:
    case header_field::proxy_connection:
    case header_field::transfer_encoding:
    case header_field::upgrade:
      return plain::no;
    case header_field::content_length:
      if (!is_short_length(value)) return plain::no;
      break;
    default:
      break;
  }
  file_field(field, value, head, parts);
  return plain::keep_alive;
}

}  // namespace

plain read_plain_request(std::string_view unread, const http_limits& limits, request_head& head,
                         request& parts) noexcept {
  cursor c(unread);
  if (!read_request_line(c, limits, head, parts)) return plain::no;
  auto outcome = plain::keep_alive;
  while (!c.skip("\r\n")) {
    const auto read = read_field(c, head, parts);
    if (read == plain::no || head.fields > limits.header_fields) return plain::no;
    if (read == plain::close) outcome = plain::close;
  }
  head.raw = unread.substr(0, c.at());
  if (head.raw.size() > limits.header || check_fields(head)) return plain::no;
  if (head.content_lengths == 0) return outcome;
  const auto length = short_length(head.content_length);
  parts.body = unread.substr(c.at(), length);
  if (length > 0) parts.max_json_depth = static_cast<std::uint8_t>(limits.json_depth);
  return parts.body.size() == length && length <= limits.body ? outcome : plain::no;
}

}  // namespace multipass
