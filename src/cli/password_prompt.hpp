// A password typed on the terminal without echo, or read from standard input.
#pragma once

#include <string>

#include "multipass/error.hpp"

namespace multipass::cli {

/// The first line of standard input; errc::bad_configuration when there is none.
result<std::string> read_password_line();

/// Asks twice. errc::bad_configuration when standard input is no terminal or the two differ.
result<std::string> ask_password();

}  // namespace multipass::cli
