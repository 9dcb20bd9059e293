// What an off-the-shelf client learns of us before it begins (RFC 8414). Pure.
#pragma once

#include <string>

#include "multipass/config.hpp"

namespace multipass {

/// The JSON of /.well-known/oauth-authorization-server. `settings` has the public_url that was
/// chosen.
std::string server_metadata(const config& settings);

}  // namespace multipass
