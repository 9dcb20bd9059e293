// The one table that maps SQLite's result codes to the library's errors.
#pragma once

#include "multipass/error.hpp"

namespace multipass {

/// `code` is an extended result code (https://sqlite.org/rescode.html). A fault of the medium is
/// errc::unavailable with reason and remedy; a row that a constraint refused is the caller's.
error sqlite_error(int code);

}  // namespace multipass
