// The composition root: the only file that knows every room. Members are declared in the order in
// which they are built; what is below uses what is above.
#include "multipass/gateway.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "admin/admin_endpoints.hpp"
#include "api/api_endpoints.hpp"
#include "api/consent_status.hpp"
#include "api/event_endpoints.hpp"
#include "api/openapi_endpoint.hpp"
#include "api/operations_endpoints.hpp"
#include "api/presented_certificates.hpp"
#include "auth/bank_accounts.hpp"
#include "auth/client_authentication.hpp"
#include "auth/consent_decisions.hpp"
#include "auth/consent_uses.hpp"
#include "auth/token_authorizer.hpp"
#include "base/logger.hpp"
#include "base/networks.hpp"
#include "base/rate_limiter.hpp"
#include "base/worker_pool.hpp"
#include "consent/consent_endpoints.hpp"
#include "consent/theme.hpp"
#include "gateway_limits.hpp"
#include "gateway_tls.hpp"
#include "http/listener.hpp"
#include "oauth/introspection.hpp"
#include "oauth/oauth_endpoints.hpp"
#include "sandbox/sample_data.hpp"
#include "sandbox/sandbox_page.hpp"
#include "store/audit_acts.hpp"
#include "store/purger.hpp"
#include "store/sqlite_store.hpp"
#include "webhooks/dispatcher.hpp"
#include "webhooks/trust.hpp"

namespace multipass {
namespace {

constexpr std::size_t most_waiting_passwords = 64;
constexpr std::size_t counted_tpps = 4096;         // 64 KiB
constexpr std::size_t counted_addresses = 65'536;  // 1 MiB
constexpr std::string_view key_check = "server-key-check";

config with_defaults(config c) {
  if (c.threads == 0) c.threads = std::max(1U, std::thread::hardware_concurrency());
  if (c.key_file.empty()) c.key_file = c.database + ".key";
  if (c.admin_key_file.empty()) c.admin_key_file = c.database + ".admin-key";
  if (c.introspection_key_file.empty()) {
    c.introspection_key_file = c.database + ".introspection-key";
  }
  return c;
}

}  // namespace

struct gateway::parts {
  parts(const config& c, const ports& p)
      : settings(with_defaults(c)),
        own_accounts(p.accounts != nullptr ? std::make_unique<bank_accounts>(*p.accounts)
                                           : nullptr),
        wall(p.clock != nullptr ? *p.clock : system_clock()),
        log(settings.level, p.log, wall),
        tls(settings, log),
        webhooks(settings, wall, log) {}

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

result<void> gateway::parts::open_store(store* brought) {
  if (brought == nullptr) {
    auto opened = sqlite_store::open(settings.database);
    if (!opened) return opened.error();
    own_store = std::move(*opened);
    brought = own_store.get();
  }
  auto opened = store_pool::open(
      *brought,
      {.readers = settings.store_readers,
       .queue = settings.store_queue,
       .foreign_change_poll = settings.foreign_change_poll,
       .on_health = [this](bool available,
                           std::string_view reason) { log_health(available, reason); },
       .on_events = [this](std::span<const tpp_id> tpps) { webhooks.wake(tpps); }},
      changes, store_counts);
  if (!opened) return opened.error();
  pool = std::move(*opened);
  return about_database(check_sandbox_mark(*pool, settings.sandbox));
}

// Jobs do not know which database they failed on.
result<void> gateway::parts::about_database(result<void> outcome) const {
  if (outcome || outcome.error().code != errc::unavailable || own_store == nullptr) return outcome;
  return fail(errc::unavailable, "Database " + settings.database + ": " + outcome.error().message);
}

void gateway::parts::log_health(bool available, std::string_view reason) {
  if (available) {
    log.write(log_level::warning, "store_available", {});
  } else {
    log.write(log_level::error, "store_unavailable", {{"reason", reason}});
  }
}

// The key belongs to the database: a new database gets a new key, and a database with the wrong key
// is refused, because every token and secret in it would look invalid.
result<void> gateway::parts::open_keys() {
  const auto known = pool->read_blocking([](store_reader& s) { return s.setting(key_check); });
  if (!known) return known.error();
  auto loaded = load_server_key(settings.key_file, !*known);
  if (!loaded) return loaded.error();
  key = std::make_unique<server_key>(std::move(*loaded));
  if (*known && **known != key->check_value()) {
    return fail(errc::bad_configuration,
                "key-file: " + settings.key_file + " is not the key of this database");
  }
  const auto begun = pool->write_blocking([&](store_writer& s) -> result<void> {
    if (!*known) {
      if (const auto set = s.set_setting(key_check, key->check_value()); !set) return set;
    }
    return begin_audit(s);
  });
  if (!begun) return begun.error();
  if (settings.sandbox) {
    admin_key = sandbox_admin_key;
    introspection_key = sandbox_introspection_key;
    return fill_sandbox(*pool, *key, wall.now());
  }
  return open_text_keys();
}

// A resource server has the one and must not have the other.
result<void> gateway::parts::open_text_keys() {
  auto admin = load_text_key(settings.admin_key_file, true);
  if (!admin) return admin.error();
  admin_key = std::move(*admin);
  auto introspecting = load_text_key(settings.introspection_key_file, true);
  if (!introspecting) return introspecting.error();
  introspection_key = std::move(*introspecting);
  if (introspection_key != admin_key) return {};
  return fail(errc::bad_configuration,
              "introspection-key-file: " + settings.introspection_key_file +
                  " holds the admin key; it must be another one");
}

result<void> gateway::parts::open_authorities() {
  auto authorities = certificates->read();
  if (!authorities) return authorities.error();
  certificates->use(std::move(*authorities));
  return {};
}

result<void> gateway::parts::open_webhooks() {
  auto trust = load_webhook_trust(settings.webhook_ca);
  if (!trust) return trust.error();
  webhooks.use(std::move(*trust));
  return {};
}

// All or none: what is read is used only when everything could be read.
result<void> gateway::parts::reload() {
  const std::lock_guard one_at_a_time(reloading);
  auto authorities = certificates->read();
  if (!authorities) return authorities.error();
  auto trust = load_webhook_trust(settings.webhook_ca);
  if (!trust) return trust.error();
  if (const auto read = tls.read(); !read) return read;
  webhooks.use(std::move(*trust));
  certificates->use(std::move(*authorities));
  return {};
}

// The first record comes with the first start: an audit without any was emptied.
result<void> gateway::parts::begin_audit(store_writer& s) const {
  s.use_audit_key(key->audit_key());
  const auto first = s.list_audit(0, 1);
  if (!first) return first.error();
  return first->empty() ? s.record(audit_begun(wall.now())) : result<void>{};
}

void gateway::parts::build() {
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

  auto rows = api_endpoints(*authorization_api, *account_api);
  const auto append = [](endpoint_table& to, endpoint_table more) {
    for (auto& row : more) to.push_back(std::move(row));
  };
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
  public_service =
      std::make_unique<service>(std::move(rows), public_limits(settings), settings.threads, log,
                                settings.max_connections_per_address);
  public_service->trusted_proxies = *parse_networks(settings.trusted_proxies);  // validated
  public_service->proxy_protocol = settings.proxy_protocol;
  if (settings.address_rate > 0) public_service->address_rate = address_rate.get();

  endpoint_table private_rows{health_endpoint()};
  append(private_rows, operations_endpoints(*watched));
  append(private_rows, introspection_endpoints(*resource_servers));
  append(private_rows,
         admin_endpoints({*pool, *decisions, *passwords, *key, wall, settings, log}, admin_key));
  private_service = std::make_unique<service>(std::move(private_rows), private_limits(settings),
                                              settings.threads, log);
  public_service->tls = tls.of_public();
  private_service->tls = tls.of_private();
  watched->services = {{"public", public_service.get()}, {"private", private_service.get()}};
}

result<void> gateway::parts::open_listeners() {
  auto opened =
      listener::open(settings.listen, "listen", *public_service, loops, settings.max_connections);
  if (!opened) return opened.error();
  public_listener = std::move(*opened);
  opened = listener::open(settings.admin_listen, "admin-listen", *private_service, loops,
                          most_private_connections);
  if (!opened) return opened.error();
  private_listener = std::move(*opened);
  // Known only now, when the system may have chosen the port.
  settings.listen = public_listener->address();
  settings.admin_listen = private_listener->address();
  if (settings.public_url.empty()) {
    settings.public_url =
        std::string(scheme_of(settings.tls_certificate)) + "://" + settings.listen;
  }
  if (settings.frontend_url.empty()) settings.frontend_url = settings.public_url + "/consent";
  standards->describe();
  return {};
}

void gateway::parts::run() {
  public_listener->start();
  private_listener->start();
  for (auto& loop : loops) loop->start();
  purges->start();
  webhooks.start(*pool, *key);
  uses->start();
  running = true;
  ready.store(true, std::memory_order_relaxed);
  log.write(log_level::info, "started",
            {{"listen", settings.listen},
             {"admin_listen", settings.admin_listen},
             {"threads", std::to_string(settings.threads)},
             {"max_connections", std::to_string(settings.max_connections)},
             {"database", own_store ? settings.database : "brought by the embedder"}});
}

void gateway::parts::stop() {
  const std::lock_guard only_once(stopping);
  if (!std::exchange(running, false)) return;
  ready.store(false, std::memory_order_relaxed);
  log.write(log_level::info, "stopping", {});
  purges->stop();
  std::this_thread::sleep_for(settings.shutdown_delay);  // the balancer learns of it meanwhile
  public_listener->close();
  private_listener->close();
  for (auto& loop : loops) loop->drain();
  const auto& open = public_service->metrics.connections;
  const auto& open_private = private_service->metrics.connections;
  const auto end = std::chrono::steady_clock::now() + settings.shutdown_grace;
  while (open.load() + open_private.load() > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  webhooks.stop(end);
  const auto cut = open.load() + open_private.load();
  for (auto& loop : loops) loop->cut();
  for (auto& loop : loops) loop->finish();
  for (auto& loop : loops) loop->join();
  uses->stop();
  log.write(log_level::info, "stopped", {{"connections_cut", std::to_string(cut)}});
}

result<std::unique_ptr<gateway>> gateway::start(const config& c, ports p) {
  if (const auto fine = validate(c); !fine) return fine.error();
  auto made = std::make_unique<parts>(c, p);
  for (std::size_t i = 0; i < made->settings.threads; ++i) {
    made->loops.push_back(std::make_unique<event_loop>(i, made->wall));
  }
  if (const auto read = made->tls.read(); !read) return read.error();
  auto look = read_theme(made->settings);
  if (!look) return look.error();
  made->look = std::move(*look);
  if (const auto fit = fit_connections(made->settings, made->log); !fit) return fit.error();
  if (const auto opened = made->open_store(p.store); !opened) return opened.error();
  if (const auto opened = made->about_database(made->open_keys()); !opened) return opened.error();
  made->build();
  if (const auto opened = made->open_authorities(); !opened) return opened.error();
  if (const auto opened = made->open_webhooks(); !opened) return opened.error();
  if (const auto bound = made->open_listeners(); !bound) return bound.error();
  made->run();
  return std::unique_ptr<gateway>(new gateway(std::move(made)));
}

gateway::gateway(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

gateway::~gateway() {
  stop();
}

void gateway::stop() {
  parts_->stop();
}

result<void> gateway::reload() {
  const auto read = parts_->reload();
  if (read) {
    parts_->log.write(log_level::info, "reloaded", {});
  } else {
    parts_->log.write(log_level::error, "reload_failed", {{"reason", read.error().message}});
  }
  return read;
}

std::string gateway::public_address() const {
  return parts_->public_listener->address();
}

std::string gateway::admin_address() const {
  return parts_->private_listener->address();
}

authorizer& gateway::authorizer() noexcept {
  return *parts_->tokens;
}

void gateway::accounts_changed(std::string_view psu) {
  parts_->changes.advance({{}, {}, {std::string(psu)}});
}

}  // namespace multipass
