// Colours of the pages and how well one can be read on another (WCAG 2.2). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace multipass {

struct color {
  std::uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(const color&, const color&) = default;
};

inline constexpr color black{0, 0, 0};
inline constexpr color white{255, 255, 255};

/// The least contrast of text that WCAG 2.2, 1.4.3 calls AA.
inline constexpr double readable = 4.5;

/// "#0a5c8f", in either case; nullopt for anything else.
std::optional<color> parse_color(std::string_view text);
std::string to_string(color c);

/// 1 to 21, whichever of the two is the lighter.
double contrast(color a, color b);

/// `percent` of the way from `from` to `to`.
color mix(color from, color to, unsigned percent);

/// `c`, brought nearer to `end` by as many percent as it takes to be readable on `ground`.
color made_readable(color c, color end, color ground);

}  // namespace multipass
