// The sandbox's page: the whole flow step by step, each call as curl and, at a button, its live
// answer. Only a gateway with --sandbox has it; what it shows is public.
#pragma once

#include "http/endpoint.hpp"
#include "multipass/config.hpp"

namespace multipass {

/// GET / with its style sheet and script, for the public listener. Any event loop. `settings` must
/// outlive the rows: its addresses, once bound, are what the page shows.
endpoint_table sandbox_page_endpoints(const config& settings);

}  // namespace multipass
