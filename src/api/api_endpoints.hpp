// The six endpoints of the specification, on one screen.
#pragma once

#include "api/account_endpoints.hpp"
#include "api/authorization_endpoints.hpp"
#include "http/endpoint.hpp"

namespace multipass {

/// Rows for the public listener. Both must outlive the table.
endpoint_table api_endpoints(authorization_endpoints& authorization, account_endpoints& accounts);

}  // namespace multipass
