// What the configuration allows peers, in the terms of http/, and how many of them the process has
// descriptors for.
#pragma once

#include <cstddef>

#include "base/logger.hpp"
#include "http/limits.hpp"
#include "multipass/config.hpp"

namespace multipass {

inline constexpr std::size_t most_private_connections = 64;  // operators and their tools

http_limits public_limits(const config& c);
/// Operators are waited for: an import may take its time, and must not be told to try again.
http_limits private_limits(const config& c);

/// How many webhooks may be sent at once, to all TPPs together: as the limit of open files allows.
std::size_t most_webhook_deliveries();

/// Lowers max_connections to what fits into the limit of open files, and says so. Beyond it
/// accept() would fail, and so would whatever else opens a file. errc::bad_configuration when not
/// even one fits.
result<void> fit_connections(config& c, const logger& log);

}  // namespace multipass
