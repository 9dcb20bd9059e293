// A QR code for a terminal: two modules a character, upper and lower half blocks in UTF-8, black on
// white by ANSI colours, so that it can be scanned from dark and from light terminals. Pure.
#pragma once

#include <string>

#include "base/qr_code.hpp"

namespace multipass::cli {

std::string qr_text(const qr_code& code);

}  // namespace multipass::cli
