// Dates on the wire.
#pragma once

#include <string>

#include "multipass/clock.hpp"

namespace multipass {

/// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(timestamp t);

}  // namespace multipass
