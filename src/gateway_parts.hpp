// What a gateway is made of: the composition root, the only place that knows every room. Members
// are declared in the order in which they are built; what is below uses what is above. Opened in
// gateway_store.cpp, built in gateway_build.cpp, run and stopped in gateway.cpp.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_endpoints.hpp"
#include "api/consent_status.hpp"
#include "api/event_endpoints.hpp"
#include "api/operations_endpoints.hpp"
#include "api/presented_certificates.hpp"
#include "auth/bank_accounts.hpp"
#include "auth/client_authentication.hpp"
#include "auth/consent_decisions.hpp"
#include "auth/consent_uses.hpp"
#include "auth/token_authorizer.hpp"
#include "base/logger.hpp"
#include "base/rate_limiter.hpp"
#include "base/worker_pool.hpp"
#include "consent/theme.hpp"
#include "gateway_tls.hpp"
#include "http/listener.hpp"
#include "multipass/gateway.hpp"
#include "oauth/introspection.hpp"
#include "oauth/oauth_endpoints.hpp"
#include "store/purger.hpp"
#include "store/sqlite_store.hpp"
#include "webhooks/dispatcher.hpp"

namespace multipass {

struct gateway::parts {
  parts(const config& c, const ports& p);

  result<void> open_store(store* brought);
  result<void> about_database(result<void> outcome) const;
  void log_health(bool available, std::string_view reason);
  result<void> open_keys();
  result<void> open_text_keys();
  result<void> open_authorities();
  result<void> open_webhooks();
  result<void> reload();
  result<void> begin_audit(store_writer& s) const;
  void build();
  void build_core();
  void build_api();
  endpoint_table public_rows();
  endpoint_table private_rows() const;
  void build_services();
  result<void> open_listeners();
  void run();
  void stop();

  config settings;
  std::unique_ptr<bank_accounts> own_accounts;
  const clock& wall;
  logger log;
  gateway_tls tls;
  theme look;
  change_clock changes;
  store_metrics store_counts;
  login_metrics logins;
  std::unique_ptr<sqlite_store> own_store;
  std::vector<std::unique_ptr<event_loop>> loops;
  webhook_dispatcher webhooks;  // has an event loop of its own
  std::unique_ptr<store_pool> pool;
  std::unique_ptr<purger> purges;
  std::unique_ptr<server_key> key;
  std::string admin_key;
  std::string introspection_key;
  std::unique_ptr<worker_pool> passwords;

  std::unique_ptr<rate_limiter> tpp_rate;
  std::unique_ptr<rate_limiter> address_rate;
  std::unique_ptr<token_cache> cache;
  std::unique_ptr<token_authorizer> tokens;
  std::unique_ptr<authorization_requests> requests;
  std::unique_ptr<token_refresh> refreshes;
  std::unique_ptr<client_authentication> clients;
  std::unique_ptr<consent_decisions> decisions;

  std::unique_ptr<presented_certificates> certificates;
  std::unique_ptr<authorization_endpoints> authorization_api;
  std::unique_ptr<consent_status> statuses;
  std::unique_ptr<consent_uses> uses;
  std::unique_ptr<account_endpoints> account_api;
  std::unique_ptr<event_endpoints> event_api;
  std::unique_ptr<introspection> resource_servers;
  std::unique_ptr<oauth_surface> standards;
  std::unique_ptr<operations> watched;
  std::atomic<bool> ready{false};  // display only, so relaxed
  std::unique_ptr<service> public_service;
  std::unique_ptr<service> private_service;
  std::unique_ptr<listener> public_listener;
  std::unique_ptr<listener> private_listener;

  std::mutex reloading;
  std::mutex stopping;
  bool running = false;
};

}  // namespace multipass
