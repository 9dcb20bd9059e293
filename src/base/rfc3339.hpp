// Points of time as APIs write them. Pure; any thread.
#pragma once

#include <string>

#include "multipass/clock.hpp"

namespace multipass {

/// RFC 3339 in UTC: "2026-01-31T12:00:00Z".
std::string rfc3339(timestamp t);

}  // namespace multipass
