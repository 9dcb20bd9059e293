// How a gateway starts, reloads and stops.
#include "multipass/gateway.hpp"

#include <algorithm>
#include <thread>

#include "gateway_limits.hpp"
#include "gateway_parts.hpp"
#include "webhooks/trust.hpp"

namespace multipass {
namespace {

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

gateway::parts::parts(const config& c, const ports& p)
    : settings(with_defaults(c)),
      own_accounts(p.accounts != nullptr ? std::make_unique<bank_accounts>(*p.accounts) : nullptr),
      wall(p.clock != nullptr ? *p.clock : system_clock()),
      log(settings.level, p.log, wall),
      tls(settings, log),
      webhooks(settings, wall, log, most_webhook_deliveries()) {}

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
