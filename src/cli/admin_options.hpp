// Which server the commands talk to, and with which key: their common options.
#pragma once

#include "cli/admin_client.hpp"
#include "cli/command_line.hpp"

namespace multipass::cli {

/// --admin, --admin-key-file, --admin-ca, --admin-certificate, --admin-certificate-key, --config,
/// --database.
void describe_admin_options(po::options_description& options);

/// The address: --admin, else the configuration's admin-listen, with TLS if it has that. The key: --admin-key-file, else the
/// environment's MULTIPASS_ADMIN_KEY, else the file that the configuration or --database names.
result<admin_client> connect(const po::variables_map& given);

}  // namespace multipass::cli
