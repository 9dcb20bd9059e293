// A bank's own colour on the pages. Pure.
#pragma once

#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

/// Style rules that put `brand_color` (config) in the place of our own colours, behind
/// style_sheet(). On light pages it is used as it is, so it must be readable there as a link:
/// otherwise errc::bad_configuration, which names the contrast it has and a shade that would do.
/// For dark pages a lighter shade is derived. Empty for an empty colour.
result<std::string> brand_style(std::string_view brand_color);

}  // namespace multipass
