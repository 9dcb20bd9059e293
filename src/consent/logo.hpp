// A bank's logo: what it is, and whether it may be served. Pure.
#pragma once

#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

inline constexpr std::size_t most_logo_bytes = 262'144;

/// The media type of a logo, by its content: image/png or image/svg+xml. errc::bad_configuration
/// says what is wrong with it, without the file's name.
///
/// An SVG file must draw and do nothing else: no scripts, event attributes or foreign objects, no
/// reference but to its own parts, no document type. Pages show it as an image, where none of these
/// would work; this keeps its own URL harmless, too. It is a scan of the bank's own file, not a
/// sanitiser for files of strangers: what is in doubt is refused.
result<std::string_view> logo_type(std::string_view file);

}  // namespace multipass
