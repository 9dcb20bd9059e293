// Which characters may stand somewhere: a table, because such questions are asked of every byte of
// every request. Pure.
#pragma once

#include <array>
#include <string_view>

namespace multipass {

class character_set {
 public:
  constexpr explicit character_set(std::string_view characters) noexcept { add(characters); }

  constexpr character_set with(std::string_view characters) const noexcept {
    auto both = *this;
    both.add(characters);
    return both;
  }

  constexpr bool has(char c) const noexcept { return in_[static_cast<unsigned char>(c)]; }
  /// True for an empty text.
  constexpr bool has_all(std::string_view text) const noexcept {
    for (const char c : text) {
      if (!has(c)) return false;
    }
    return true;
  }

 private:
  constexpr void add(std::string_view characters) noexcept {
    for (const char c : characters) in_[static_cast<unsigned char>(c)] = true;
  }
  std::array<bool, 256> in_{};
};

inline constexpr character_set digits{"0123456789"};
inline constexpr character_set alphanumerics =
    digits.with("ABCDEFGHIJKLMNOPQRSTUVWXYZ").with("abcdefghijklmnopqrstuvwxyz");

}  // namespace multipass
