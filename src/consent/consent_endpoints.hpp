// Our pages for account holders, as HTML on the public listener: the built-in consent page (log-in,
// review, decision), the list of consents, and the enrolment of a second factor.
#pragma once

#include <functional>

#include "auth/consent_decisions.hpp"
#include "base/logger.hpp"
#include "base/worker_pool.hpp"
#include "consent/theme.hpp"
#include "crypto/server_key.hpp"
#include "http/endpoint.hpp"
#include "metrics/login_metrics.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// What the pages work with. All referenced must outlive the endpoints.
struct consent_parts {
  consent_decisions& decisions;
  store_pool& pool;
  worker_pool& workers;
  const server_key& key;
  const clock& wall;
  const config& settings;  ///< `listen` with the port that was bound: forms are checked against it
  const logger& log;
  login_metrics& logins;
  const theme& look;
};

endpoint_table consent_endpoints(const consent_parts& parts);

/// Answers with one of the page's notices: for other endpoints to which a person may come.
std::function<void(exchange&, const error&)> notice_pages(const consent_parts& parts);

}  // namespace multipass
