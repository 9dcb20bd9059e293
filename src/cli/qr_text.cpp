#include "cli/qr_text.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace multipass::cli {
namespace {

// By the upper module, then by the lower.
constexpr std::array<std::array<std::string_view, 2>, 2> blocks{{{" ", "▄"}, {"▀", "█"}}};
// Numbers 16 and 231 of the 256 colours: a terminal's theme seldom redefines them.
constexpr std::string_view black_on_white = "\x1b[38;5;16;48;5;231m";
constexpr std::string_view as_before = "\x1b[0m\n";

}  // namespace

std::string qr_text(const qr_code& code) {
  constexpr std::size_t quiet = qr_code::quiet_zone;
  const std::size_t side = code.size() + 2 * quiet;
  // Before the square, the difference wraps around to what lies far outside: light.
  const auto dark = [&](std::size_t x, std::size_t y) {
    return std::size_t{code.is_dark(x - quiet, y - quiet)};
  };
  std::string text;
  for (std::size_t y = 0; y < side; y += 2) {
    text += black_on_white;
    for (std::size_t x = 0; x < side; ++x) text += blocks[dark(x, y)][dark(x, y + 1)];
    text += as_before;
  }
  return text;
}

}  // namespace multipass::cli
