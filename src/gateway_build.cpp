// How a gateway is put together: who decides, who answers, and on which listener.
#include "admin/admin_endpoints.hpp"
#include "api/openapi_endpoint.hpp"
#include "base/networks.hpp"
#include "consent/consent_endpoints.hpp"
#include "gateway_limits.hpp"
#include "gateway_parts.hpp"
#include "sandbox/sandbox_page.hpp"

namespace multipass {
namespace {

constexpr std::size_t most_waiting_passwords = 64;
constexpr std::size_t counted_tpps = 4096;         // 64 KiB
constexpr std::size_t counted_addresses = 65'536;  // 1 MiB

void append(endpoint_table& to, endpoint_table more) {
  for (auto& row : more) to.push_back(std::move(row));
}

}  // namespace

void gateway::parts::build() {
  build_core();
  build_api();
  build_services();
}

void gateway::parts::build_core() {
  purges = std::make_unique<purger>(*pool, store_counts, wall, settings.event_ttl);
  passwords = std::make_unique<worker_pool>(1, most_waiting_passwords);
  tpp_rate = std::make_unique<rate_limiter>(settings.tpp_rate, settings.tpp_burst, counted_tpps);
  address_rate = std::make_unique<rate_limiter>(settings.address_rate, settings.address_burst,
                                                counted_addresses);
  cache = std::make_unique<token_cache>(settings.token_cache_entries, changes);
  tokens = std::make_unique<token_authorizer>(*cache, changes, *pool, *key, wall);
  requests = std::make_unique<authorization_requests>(*pool, *tokens, changes, *key, wall, settings,
                                                      log, *tpp_rate);
  refreshes = std::make_unique<token_refresh>(*pool, *tokens, changes, *key, wall, settings, log);
  clients = std::make_unique<client_authentication>(*pool, *key, log, *tpp_rate);
  certificates = std::make_unique<presented_certificates>(settings.tls_client_ca, *key, wall,
                                                          settings.threads);
  decisions = std::make_unique<consent_decisions>(*pool, own_accounts.get(), wall, settings, log);
}

void gateway::parts::build_api() {
  authorization_api = std::make_unique<authorization_endpoints>(*requests, *refreshes, *clients,
                                                                *certificates, settings);
  statuses = std::make_unique<consent_status>(*pool, *clients, *certificates, wall, settings);
  uses = std::make_unique<consent_uses>(*pool, wall, settings.threads);
  account_api = std::make_unique<account_endpoints>(*tokens, *certificates, *pool,
                                                    own_accounts.get(), changes, wall, settings,
                                                    *tpp_rate, *uses, settings.threads);
  event_api = std::make_unique<event_endpoints>(*clients, *certificates, *pool, settings);
  resource_servers = std::make_unique<introspection>(*tokens, *pool, changes, settings,
                                                     introspection_key, *uses, settings.threads);
  watched = std::make_unique<operations>(operations{ready,
                                                    *pool,
                                                    store_counts,
                                                    logins,
                                                    webhooks.metrics(),
                                                    *cache,
                                                    *account_api,
                                                    *tpp_rate,
                                                    *address_rate,
                                                    settings.threads,
                                                    {}});
}

endpoint_table gateway::parts::public_rows() {
  auto rows = api_endpoints(*authorization_api, *account_api);
  const consent_parts pages{*decisions, *pool, *passwords, *key, wall, settings, log, logins, look};
  append(rows, consent_endpoints(pages));
  standards = std::make_unique<oauth_surface>(oauth_parts{*requests, *refreshes, *decisions,
                                                          *clients, *certificates, *pool, settings,
                                                          log, notice_pages(pages)});
  append(rows, oauth_endpoints(*standards));
  append(rows, event_api->rows());
  rows.push_back(consent_status_endpoint(*statuses));
  rows.push_back(health_endpoint());
  rows.push_back(openapi_endpoint(settings));
  if (settings.sandbox) append(rows, sandbox_page_endpoints(settings));
  return rows;
}

endpoint_table gateway::parts::private_rows() const {
  endpoint_table rows{health_endpoint()};
  append(rows, operations_endpoints(*watched));
  append(rows, introspection_endpoints(*resource_servers));
  append(rows,
         admin_endpoints({*pool, *decisions, *passwords, *key, wall, settings, log}, admin_key));
  return rows;
}

void gateway::parts::build_services() {
  public_service =
      std::make_unique<service>(public_rows(), public_limits(settings), settings.threads, log,
                                settings.max_connections_per_address);
  public_service->trusted_proxies = *parse_networks(settings.trusted_proxies);  // validated
  public_service->proxy_protocol = settings.proxy_protocol;
  if (settings.address_rate > 0) public_service->address_rate = address_rate.get();
  private_service =
      std::make_unique<service>(private_rows(), private_limits(settings), settings.threads, log);
  public_service->tls = tls.of_public();
  private_service->tls = tls.of_private();
  watched->services = {{"public", public_service.get()}, {"private", private_service.get()}};
}

}  // namespace multipass
