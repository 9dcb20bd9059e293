// The Authorization header of RFC 6750: "Bearer <token>", the scheme in any case.
#pragma once

#include <string_view>

#include "multipass/authorizer.hpp"

namespace multipass {

struct bearer {
  verdict problem = verdict::granted;  ///< missing, malformed, or granted for "there is a token"
  std::string_view token;              ///< refers to the header
};

/// Pure; 25 characters of [A-Za-z0-9] or malformed. Another scheme counts as missing.
bearer parse_bearer(std::string_view authorization) noexcept;

}  // namespace multipass
