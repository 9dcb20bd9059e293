// The bank-side API on the private listener: TPPs, PSUs, accounts, consents, and the decisions of a
// bank's own consent frontend. Every endpoint demands "Authorization: Bearer <admin key>".
#pragma once

#include <string_view>

#include "admin/admin_services.hpp"
#include "http/endpoint.hpp"

namespace multipass {

/// The rows for the router of the private listener; any event loop may serve them. Of the key, only
/// the digest is kept.
endpoint_table admin_endpoints(const admin_services& services, std::string_view admin_key);

}  // namespace multipass
