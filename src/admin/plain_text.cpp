#include "admin/plain_text.hpp"

#include <algorithm>
#include <string>

namespace multipass {

bool has_control_character(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

result<void> check_plain_text(std::string_view name, std::string_view text, std::size_t least,
                              std::size_t most) {
  if (text.size() < least || text.size() > most) {
    return fail(errc::invalid_input, std::string(name) + " must have " + std::to_string(least) +
                                         " to " + std::to_string(most) + " bytes");
  }
  if (has_control_character(text)) {
    return fail(errc::invalid_input, std::string(name) + " must not hold control characters");
  }
  return {};
}

}  // namespace multipass
