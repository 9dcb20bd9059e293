// The standards surface, on one screen. Introspection (RFC 7662) is on the private listener.
#pragma once

#include "http/endpoint.hpp"
#include "oauth/oauth_surface.hpp"

namespace multipass {

/// Rows for the public listener. `surface` must outlive the table.
endpoint_table oauth_endpoints(oauth_surface& surface);

}  // namespace multipass
