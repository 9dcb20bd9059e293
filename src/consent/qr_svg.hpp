// A QR code as an inline SVG image: attributes only, so that pages need no `unsafe-inline`. Black
// on white whatever the page's colours are: not every reader takes the inverse. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/qr_code.hpp"

namespace multipass {

/// `label` is what a screen reader says instead.
std::string qr_svg(const qr_code& code, std::string_view label);

}  // namespace multipass
