// Comparing what somebody presents with a secret, in a time that does not depend on the contents.
#pragma once

#include <string_view>

namespace multipass {

/// The length is no secret: texts of different lengths differ at once.
bool same_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace multipass
