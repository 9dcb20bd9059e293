// The one table that maps the library's errors to the wire.
#pragma once

#include <chrono>
#include <string>

#include "http/answer.hpp"
#include "multipass/error.hpp"

namespace multipass {

unsigned status_of(errc code) noexcept;

/// "Retry-After: 3" and CR LF.
std::string retry_after_line(std::chrono::seconds wait);

/// Writes {"message": ...} with the error's status; 429 and 503 carry Retry-After.
void answer_problem(answer& out, const error& e);

}  // namespace multipass
