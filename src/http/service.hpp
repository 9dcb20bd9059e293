// What one listener serves: its table, its limits, its counters. Shared by its sessions on all
// event loops; immutable but for what counts.
#pragma once

#include <optional>

#include "base/logger.hpp"
#include "base/networks.hpp"
#include "base/rate_limiter.hpp"
#include "http/connection_counts.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"
#include "http/tls_context.hpp"
#include "metrics/http_metrics.hpp"

namespace multipass {

struct service {
  service(endpoint_table rows, http_limits l, std::size_t threads, const logger& g,
          std::size_t most_per_address = 0)
      : routes(std::move(rows)),
        limits(l),
        metrics(threads, routes.size()),
        log(g),
        open_per_address(most_per_address) {}

  router routes;
  http_limits limits;
  http_metrics metrics;
  const logger& log;

  const tls_slot* tls = nullptr;  ///< null: plain

  // Who is at the other end, and how much of us one address may have. Set before the first
  // connection.
  networks trusted_proxies;
  bool proxy_protocol = false;           ///< each connection begins with a PROXY header
  rate_limiter* address_rate = nullptr;  ///< null: no limit
  connection_counts open_per_address;

  /// A place for a connection of `a`; nullopt: it has as many as it may. The connections of a
  /// trusted proxy are many peers'.
  std::optional<connection_counts::place> admit(const ip_address& a) {
    if (trusted_proxies.contains(a)) return connection_counts::place{};
    return open_per_address.enter(a);
  }

  void log_refused_connection(const ip_address& a, std::string_view reason) const {
    const auto text = a.to_string();
    log.write(log_level::info, "connection_refused", {{"address", text}, {"reason", reason}});
  }
};

}  // namespace multipass
