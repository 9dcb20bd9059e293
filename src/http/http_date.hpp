// Dates on the wire.
#pragma once

#include <array>

#include "multipass/clock.hpp"

namespace multipass {

/// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7); years 0-9999.
std::array<char, 29> http_date(timestamp t);

}  // namespace multipass
