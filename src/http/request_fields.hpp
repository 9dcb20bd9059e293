// Files a header field where it belongs: what frames the request, what handlers read. Pure.
#pragma once

#include <string_view>

#include "http/framing_guard.hpp"
#include "http/header_field.hpp"
#include "http/request.hpp"

namespace multipass {

void file_field(header_field name, std::string_view value, request_head& head,
                request& parts) noexcept;

/// Sets path and query.
void file_target(std::string_view target, request_head& head, request& parts) noexcept;

}  // namespace multipass
