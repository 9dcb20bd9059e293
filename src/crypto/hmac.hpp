// HMAC-SHA-256 (RFC 2104) with a key that is used many times. What the key alone decides, one block
// of SHA-256 for the inner hash and one for the outer, is computed once, in the constructor: a
// short text then costs two blocks instead of four.
//
// Immutable after construction, so any thread may use it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "multipass/digest.hpp"

namespace multipass {

class hmac_key {
 public:
  explicit hmac_key(std::string_view key) noexcept;

  /// Allocates nothing.
  digest of(std::string_view text) const noexcept;

 private:
  using chaining_value = std::array<std::uint32_t, 8>;  // SHA-256's, FIPS 180-4, section 6.2
  chaining_value inner_, outer_;
};

/// With a key that is used once.
inline digest hmac(std::string_view key, std::string_view text) noexcept {
  return hmac_key(key).of(text);
}

/// Equality whose time does not depend on the contents.
bool equal_in_constant_time(const digest& a, const digest& b) noexcept;

}  // namespace multipass
