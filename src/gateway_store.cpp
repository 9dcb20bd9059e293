// How a gateway opens its store and the keys that belong to it.
#include "gateway_parts.hpp"
#include "sandbox/sample_data.hpp"
#include "store/audit_acts.hpp"

namespace multipass {
namespace {

constexpr std::string_view key_check = "server-key-check";

}  // namespace

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

// The first record comes with the first start: an audit without any was emptied.
result<void> gateway::parts::begin_audit(store_writer& s) const {
  s.use_audit_key(key->audit_key());
  const auto first = s.list_audit(0, 1);
  if (!first) return first.error();
  return first->empty() ? s.record(audit_begun(wall.now())) : result<void>{};
}

}  // namespace multipass
