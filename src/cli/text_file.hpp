// Whole text files, and the first line of one.
#pragma once

#include <string>

#include "multipass/error.hpp"

namespace multipass::cli {

/// errc::bad_configuration names the path and the system's reason.
result<std::string> read_text_file(const std::string& path);

/// The first line, without its end; an empty one is refused too.
result<std::string> read_first_line(const std::string& path);

}  // namespace multipass::cli
