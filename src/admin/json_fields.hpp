// How admin answers write what JSON has no type for. Pure functions; any thread.
#pragma once

#include <boost/json/array.hpp>

#include "base/rfc3339.hpp"
#include "multipass/scope.hpp"

namespace multipass {

/// The names in alphabetical order: ["account.details", "account.list"].
boost::json::array scope_names(scope_set scopes);

}  // namespace multipass
