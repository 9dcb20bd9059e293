// JSON strings, written by hand where an answer is built in one pass.
#pragma once

#include <string>
#include <string_view>

namespace multipass {

/// Appends `text` (UTF-8) as a JSON string, quotes included. Bytes that are not valid UTF-8 become
/// U+FFFD, so that an answer is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// True for well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace multipass
