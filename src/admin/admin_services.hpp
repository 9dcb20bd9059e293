// What the admin endpoints work with, and the shape of one: a function from a request to an answer
// or an error. Authentication and the writing of both are in admin_endpoints.cpp, once for all.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "auth/consent_decisions.hpp"
#include "base/logger.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "crypto/server_key.hpp"
#include "http/request.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/audit_acts.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// All referenced must outlive the endpoints.
struct admin_services {
  store_pool& store;
  consent_decisions& decisions;
  worker_pool& workers;
  const server_key& key;
  const clock& wall;
  const config& settings;
  const logger& log;
};

struct admin_answer {
  unsigned status = 200;
  boost::json::object body;
};

/// What every action without anything else to say answers.
inline admin_answer admin_success() {
  return {200, {{"status", "success"}}};
}

/// The bank, as the audit names whoever has the admin key, at this moment.
inline origin by_admin(const admin_services& s) {
  return {std::string(admin_actor), s.wall.now()};
}

/// Both arguments outlive the coroutine. The request is authenticated.
using admin_handler = task<result<admin_answer>> (*)(const admin_services&, const request&);

struct admin_row {
  verb method;
  std::string_view path;
  std::string_view name;  ///< label in metrics and log
  admin_handler handle;
};

using admin_rows = std::vector<admin_row>;

admin_rows tpp_rows();
admin_rows psu_rows();
admin_rows account_rows();
admin_rows consent_rows();
admin_rows authorization_rows();
admin_rows audit_rows();
admin_rows webhook_rows();
admin_rows openapi_rows();

}  // namespace multipass
