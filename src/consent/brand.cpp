#include "consent/brand.hpp"

#include <cstdio>

#include "consent/color.hpp"

namespace multipass {
namespace {

// The grounds of style.cpp on which links and buttons stand with the least contrast: --soft, light
// and dark.
constexpr color light_ground{0xee, 0xf4, 0xfb};
constexpr color dark_ground{0x1d, 0x2a, 0x38};
constexpr color dark_ink{0x0a, 0x1a, 0x2b};

std::string with_one_digit(double ratio) {
  char text[16];
  // Rounded down: 4.48 is not 4.5.
  std::snprintf(text, sizeof text, "%.1f", static_cast<int>(ratio * 10) / 10.0);
  return text;
}

color ink_on(color ground) {
  return contrast(white, ground) >= contrast(dark_ink, ground) ? white : dark_ink;
}

std::string colors(color bar, color act, color act_over) {
  return "  --bar: " + to_string(bar) + "; --bar-ink: " + to_string(ink_on(bar)) +
         "; --bar-quiet: " + to_string(ink_on(bar)) + ";\n  --act: " + to_string(act) +
         "; --act-over: " + to_string(act_over) + "; --act-ink: " + to_string(ink_on(act)) + ";\n";
}

}  // namespace

result<std::string> brand_style(std::string_view brand_color) {
  if (brand_color.empty()) return std::string();
  const auto brand = parse_color(brand_color);
  if (!brand) return fail(errc::bad_configuration, "brand-color: expected such as #0a5c8f");
  if (const double ratio = contrast(*brand, light_ground); ratio < readable) {
    return fail(errc::bad_configuration,
                "brand-color: expected a colour that can be read on light pages, with a contrast "
                "of 4.5:1 or more (WCAG 2.2, 1.4.3); " +
                    std::string(brand_color) + " has " + with_one_digit(ratio) +
                    ":1, its darker shade " +
                    to_string(made_readable(*brand, black, light_ground)) + " would do");
  }
  const color lighter = made_readable(*brand, white, dark_ground);
  return ":root {\n" + colors(*brand, *brand, mix(*brand, black, 20)) +
         "}\n@media (prefers-color-scheme: dark) {\n  :root {\n" +
         colors(mix(*brand, black, 40), lighter, mix(lighter, white, 25)) + "  }\n}\n";
}

}  // namespace multipass
