// What surrounds the content of every consent page: head, the bank's name, foot. Pure.
#pragma once

#include <string>
#include <string_view>

namespace multipass {

/// What every page of one gateway has in common. Views into the configuration.
struct site {
  std::string_view bank_name;
  bool sandbox = false;
};

/// A whole document. `title` and `content` are HTML; the content holds the <h1>.
std::string framed(const site& s, std::string_view title, std::string_view content);

/// The style sheet that all pages link to as /consent/style.css.
std::string_view style_sheet();

}  // namespace multipass
