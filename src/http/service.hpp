// What one listener serves: its table, its limits, its counters. Shared by its sessions on all
// event loops; immutable but for the counters.
#pragma once

#include "base/logger.hpp"
#include "http/limits.hpp"
#include "http/router.hpp"
#include "http/tls_context.hpp"
#include "metrics/http_metrics.hpp"

namespace multipass {

struct service {
  service(endpoint_table rows, http_limits l, std::size_t threads, const logger& g)
      : routes(std::move(rows)), limits(l), metrics(threads, routes.size()), log(g) {}

  router routes;
  http_limits limits;
  http_metrics metrics;
  const logger& log;
  const tls_slot* tls = nullptr;  // null: plain
};

}  // namespace multipass
