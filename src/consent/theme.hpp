// How a bank's pages look and speak: its texts, its logo, its colour. Read once, at start; constant
// from then on, so any thread.
#pragma once

#include <string>
#include <string_view>

#include "consent/frame.hpp"
#include "consent/texts.hpp"
#include "multipass/config.hpp"
#include "multipass/error.hpp"

namespace multipass {

struct theme {
  texts text;
  std::string style = std::string(style_sheet());
  std::string logo;              ///< the file; empty: none
  std::string_view logo_type{};  ///< its media type
};

/// What the configuration says of it. errc::bad_configuration names key, file and reason.
result<theme> read_theme(const config& settings);

site site_of(const config& settings, const theme& look);

}  // namespace multipass
