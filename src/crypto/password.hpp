// PSU passwords: scrypt (RFC 7914), N=32768 r=8 p=1, 16 bytes of salt. About 60 ms and 32 MiB a
// call: never on an event loop.
#pragma once

#include <string>
#include <string_view>

namespace multipass {

/// "scrypt$15$8$1$<salt, base64url>$<hash, base64url>".
std::string hash_password(std::string_view password);

/// False for a wrong password or a hash it cannot read. Takes as long either way; for an unknown
/// user check against `no_password_hash()`.
bool password_matches(std::string_view password, std::string_view hash) noexcept;

/// A well-formed hash that no password matches.
const std::string& no_password_hash();

}  // namespace multipass
