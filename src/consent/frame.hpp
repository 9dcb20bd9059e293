// What surrounds the content of every page: head, the bank's name and logo, foot. Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/texts.hpp"

namespace multipass {

/// What every page of one gateway has in common. Views into configuration and theme.
struct site {
  std::string_view bank_name;
  bool sandbox = false;
  bool logo = false;  ///< there is one at /consent/logo
  const texts& text = own_texts();
};

/// A whole document. `title` and `content` are HTML; the content holds the <h1>.
std::string framed(const site& s, std::string_view title, std::string_view content);

/// The style sheet that all pages link to as /consent/style.css, in our own colours.
std::string_view style_sheet();

}  // namespace multipass
