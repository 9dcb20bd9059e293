// A SHA-256 digest: the only form in which a token, code or handle is ever kept.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

namespace multipass {

struct digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const digest&) const = default;
};

/// SHA-256 of `text`. Any thread; allocates only on a thread's first call.
digest sha256(std::string_view text) noexcept;

}  // namespace multipass
