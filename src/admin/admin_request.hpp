// What admin endpoints read from a request besides parameters. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_value.hpp"
#include "http/request.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Compares the media type alone; parameters such as charset are left out.
bool has_media_type(const request& in, std::string_view wanted);

/// The body as JSON; errc::unsupported_media unless it says that it is.
result<json_value> read_json_body(const request& in);

/// For actions that take no members: no body, or {}.
result<void> expect_no_members(const request& in);

/// What stood for the first "{}" of the path, percent-decoded; errc::not_found when it cannot be.
result<std::string> path_argument(const request& in);

}  // namespace multipass
