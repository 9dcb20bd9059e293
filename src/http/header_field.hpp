// The header fields that anything here reads, told by name in any case. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace multipass {

enum class header_field : std::uint8_t {
  other,
  authorization,
  client_cert,
  connection,
  content_length,
  content_type,
  cookie,
  expect,
  host,
  origin,
  proxy_connection,
  psu_ip_address,
  sec_fetch_site,
  transfer_encoding,
  upgrade,
  x_forwarded_for,
  x_request_id,
};

/// `name` consists of token characters (RFC 9110, section 5.6.2).
header_field find_header_field(std::string_view name) noexcept;

/// In any case (ASCII). `lower` consists of small letters, digits, hyphens and slashes; `text` has
/// no control characters. (boost::beast::iequals() of Boost 1.81 reads a byte behind the end of
/// both.)
bool equals_lower(std::string_view text, std::string_view lower) noexcept;

/// Whether Content-Type names `wanted`, whatever parameters follow.
bool is_media_type(std::string_view content_type, std::string_view wanted) noexcept;

}  // namespace multipass
