// application/x-www-form-urlencoded, one name or value of it (WHATWG URL, section 5.1). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace multipass {

/// Strict: nullopt for a percent sign without two hexadecimal digits behind it. What it decodes to
/// may be any bytes.
std::optional<std::string> decode_form_text(std::string_view text);

}  // namespace multipass
