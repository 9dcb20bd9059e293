// Refuses what a balancer in front and this server might read differently (request smuggling), and
// what the parser lets pass although RFC 9112 does not. Runs after the header is read and before a
// byte of the body is. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace multipass {

/// What the parser saw of one header, as far as framing depends on it.
struct request_head {
  std::string_view raw;  ///< request line and fields, through the empty line
  std::string_view target;
  unsigned version = 11;  ///< 10 or 11
  std::size_t fields = 0;
  std::size_t hosts = 0;
  std::string_view host;
  std::size_t transfer_encodings = 0;
  std::string_view transfer_encoding;
  std::size_t content_lengths = 0;
  std::string_view content_length;
  std::size_t expects = 0;
  std::string_view expect;
  std::size_t content_types = 0;
};

/// Why a request is refused. The connection closes after the answer. `message` is static text.
struct refusal {
  unsigned status;
  std::string_view message;
};

/// nullopt: the framing is unambiguous.
std::optional<refusal> check_framing(const request_head& head) noexcept;

/// The part of check_framing() that looks at line ends: `raw` is a first line, that many fields,
/// and the empty line. A chunked body's end is that too (RFC 9112, section 7.1.2).
std::optional<refusal> check_lines(std::string_view raw, std::size_t fields) noexcept;

/// The part of check_framing() that looks at target and fields, for a header whose lines are known
/// to be plain.
std::optional<refusal> check_fields(const request_head& head) noexcept;

}  // namespace multipass
