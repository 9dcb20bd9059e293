// Comma-separated values as RFC 4180 writes them: fields that hold a comma, a quotation mark or a
// line break stand in quotation marks, a quotation mark inside is doubled, records end in CRLF or
// LF. Stricter than many: a quotation mark inside a bare field is an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"

namespace multipass {

using csv_record = std::vector<std::string>;

/// Takes the first record off `text`, which must not be empty. On an error the rest of that line is
/// taken off too, so that the next call goes on behind it; behind an unclosed quotation mark
/// nothing is left.
result<csv_record> next_csv_record(std::string_view& text);

}  // namespace multipass
