// What a name or other one-line text must be before it is kept. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

/// True when a byte is below 0x20 or is 0x7F.
bool has_control_character(std::string_view text) noexcept;

/// `least` to `most` bytes without control characters; errc::invalid_input begins with `name`.
result<void> check_plain_text(std::string_view name, std::string_view text, std::size_t least,
                              std::size_t most);

}  // namespace multipass
