// GET /openapi.json: the public listener's endpoints in OpenAPI 3.1, for whoever writes a client or
// has one written. src/api/openapi.json is the document; the library carries it inside.
#pragma once

#include "http/endpoint.hpp"
#include "multipass/config.hpp"

namespace multipass {

/// Answers from memory; any event loop. `settings` must outlive the row and not change once it is
/// served: its public_url is what the document names as the server.
endpoint openapi_endpoint(const config& settings);

}  // namespace multipass
