// The one table that maps the library's errors to the wire.
#pragma once

#include "http/answer.hpp"
#include "multipass/error.hpp"

namespace multipass {

unsigned status_of(errc code) noexcept;

/// Writes {"message": ...} with the error's status; 503 carries Retry-After.
void answer_problem(answer& out, const error& e);

}  // namespace multipass
