// What an operator's tools ask: /healthz (the process answers), /readyz (send traffic here),
// /metrics (Prometheus).
#pragma once

#include <atomic>
#include <vector>

#include "api/account_endpoints.hpp"
#include "cache/token_cache.hpp"
#include "http/endpoint.hpp"
#include "http/service.hpp"
#include "metrics/login_metrics.hpp"
#include "metrics/store_metrics.hpp"
#include "metrics/webhook_metrics.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// GET /healthz, for both listeners.
endpoint health_endpoint();

/// All must outlive the table. `services` is filled after the tables are made, before any request.
struct operations {
  struct named_service {
    std::string_view listener;
    const service* served;
  };
  const std::atomic<bool>& ready;
  const store_pool& pool;
  const store_metrics& store_counts;
  const login_metrics& logins;
  const webhook_metrics& webhooks;
  const token_cache& cache;
  const account_endpoints& accounts;
  const rate_limiter& tpp_rate;
  const rate_limiter& address_rate;
  std::size_t threads;
  std::vector<named_service> services;
};

/// GET /readyz and /metrics, for the private listener.
endpoint_table operations_endpoints(const operations& o);

}  // namespace multipass
