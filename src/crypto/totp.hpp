// Time-based one-time passwords (RFC 6238): HMAC-SHA-1, 30 seconds, 6 digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "multipass/clock.hpp"

namespace multipass {

/// The code of one time step (seconds since 1970 / 30). `secret` is raw bytes.
std::string totp_code(std::string_view secret, std::int64_t step);

/// The step that `code` belongs to, if it is now's, the one before or the one after (section 5.2
/// allows for clocks that drift). Compares in constant time.
std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code,
                                               timestamp now);

/// "otpauth://totp/..." with the secret in base32, as authenticator apps read it.
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view user);

}  // namespace multipass
