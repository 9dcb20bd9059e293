// How admin answers write what JSON has no type for. Pure functions; any thread.
#pragma once

#include <boost/json/array.hpp>
#include <string>

#include "multipass/clock.hpp"
#include "multipass/scope.hpp"

namespace multipass {

/// RFC 3339 in UTC: "2026-01-31T12:00:00Z".
std::string rfc3339(timestamp t);

/// The names in alphabetical order: ["account.details", "account.list"].
boost::json::array scope_names(scope_set scopes);

}  // namespace multipass
