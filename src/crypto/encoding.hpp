// Text forms of bytes: base64 (RFC 4648, section 4, padded), base64url (section 5, no padding),
// base32 (section 6, no padding). Reading is strict: one text per value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "multipass/digest.hpp"

namespace multipass {

std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
std::string base32(std::string_view bytes);

/// The digest's bytes as a view; refers to `d`.
inline std::string_view bytes_of(const digest& d) {
  return {reinterpret_cast<const char*>(d.bytes.data()), d.bytes.size()};
}

}  // namespace multipass
