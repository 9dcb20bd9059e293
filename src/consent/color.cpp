#include "consent/color.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace multipass {
namespace {

// sRGB to linear light, and the weights of the three (WCAG 2.2, "relative luminance").
double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(color c) {
  return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

std::uint8_t between(std::uint8_t from, std::uint8_t to, unsigned percent) {
  return static_cast<std::uint8_t>((from * (100 - percent) + to * percent) / 100);
}

}  // namespace

std::optional<color> parse_color(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  std::uint8_t parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const char* start = text.data() + 1 + 2 * i;
    const auto read = std::from_chars(start, start + 2, parts[i], 16);
    if (read.ec != std::errc{} || read.ptr != start + 2) return std::nullopt;
  }
  return color{parts[0], parts[1], parts[2]};
}

std::string to_string(color c) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t part : {c.red, c.green, c.blue}) {
    text += digits[part >> 4];
    text += digits[part & 15];
  }
  return text;
}

double contrast(color a, color b) {
  const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
  return (light + 0.05) / (dark + 0.05);
}

color mix(color from, color to, unsigned percent) {
  return {between(from.red, to.red, percent), between(from.green, to.green, percent),
          between(from.blue, to.blue, percent)};
}

color made_readable(color c, color end, color ground) {
  unsigned percent = 0;
  while (percent < 100 && contrast(mix(c, end, percent), ground) < readable) ++percent;
  return mix(c, end, percent);
}

}  // namespace multipass
