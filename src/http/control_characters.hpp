// Finds control characters in a header, eight bytes at a time, because every byte of every header
// is looked at. Pure.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace multipass {

/// Below 0x20, or 0x7f: HTAB, CR and LF among them.
constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

namespace detail {

// A high bit for each byte that is a control character. A borrow can only mark bytes above the
// first true mark, so the lowest mark is exact.
constexpr std::uint64_t mark_controls(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto rubout = bytes ^ (ones * 0x7f);
  return (((bytes - ones * 0x20) & ~bytes) | ((rubout - ones) & ~rubout)) & (ones * 0x80);
}

}  // namespace detail

/// Index of the first control character at `from` or behind it; text.size() when there is none.
inline std::size_t find_control(std::string_view text, std::size_t from) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    for (std::uint64_t bytes; from + sizeof bytes <= text.size(); from += sizeof bytes) {
      std::memcpy(&bytes, text.data() + from, sizeof bytes);
      if (const auto marks = detail::mark_controls(bytes); marks != 0) {
        return from + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
      }
    }
  }
  while (from < text.size() && !is_control(text[from])) ++from;
  return from;
}

}  // namespace multipass
