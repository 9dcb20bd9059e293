// Writes of what the bank provisions: TPPs, PSUs, accounts, settings.
#include "store/sqlite_writer.hpp"

namespace multipass {
namespace {

error unknown(const char* what, std::string_view name) {
  return fail(errc::not_found,
              std::string("There is no ") + what + " named \"" + std::string(name) + "\"");
}

error taken(const char* what, std::string_view name) {
  return fail(errc::conflict,
              std::string("There is a ") + what + " named \"" + std::string(name) + "\" already");
}

template <class id>
result<std::optional<id>> only_id(sqlite_query& q) {
  auto row = q.step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return q.get<id>(0);
}

}  // namespace

result<std::optional<tpp_id>> sqlite_writer::find_tpp_id(std::string_view username) {
  auto q = db().query("SELECT id FROM tpp WHERE username = ?");
  q.bind(username);
  return only_id<tpp_id>(q);
}

result<std::optional<psu_id>> sqlite_writer::find_psu_id(std::string_view username) {
  auto q = db().query("SELECT id FROM psu WHERE username = ?");
  q.bind(username);
  return only_id<psu_id>(q);
}

result<void> sqlite_writer::set_setting(std::string_view name, std::string_view value) {
  if (auto open = require_transaction(); !open) return open;
  auto q = db().query(
      "INSERT INTO setting (name, value) VALUES (?, ?) "
      "ON CONFLICT (name) DO UPDATE SET value = excluded.value");
  q.bind(name).bind(value);
  return q.run();
}

result<tpp_id> sqlite_writer::add_tpp(const tpp& t, const origin& by) {
  auto add = [&]() -> result<tpp_id> {
    auto q = db().query(
        "INSERT INTO tpp (username, name, secret, scopes, blocked, requires_pkce, "
        "requires_secret, organization) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (username) DO NOTHING");
    q.bind(t.username).bind(t.name).bind(t.secret).bind(t.scopes);
    q.bind(t.blocked).bind(t.requires_pkce).bind(t.requires_secret);
    q.bind(t.organization);
    if (auto done = q.run(); !done) return done.error();
    if (db().changed_rows() == 0) return taken("TPP", t.username);
    const tpp_id id{db().last_row_id()};
    std::int64_t position = 0;
    for (const std::string& uri : t.redirect_uris) {
      auto u = db().query("INSERT INTO redirect_uri (tpp, position, uri) VALUES (?, ?, ?)");
      if (auto done = u.bind(id).bind(position++).bind(uri).run(); !done) return done.error();
    }
    if (auto kept = append(tpp_added(t, by)); !kept) return kept.error();
    return id;
  };
  return all_or_nothing(add);
}

result<void> sqlite_writer::set_blocked(std::string_view username, bool blocked, const origin& by) {
  auto set = [&]() -> result<void> {
    const auto id = find_tpp_id(username);
    if (!id) return id.error();
    if (!*id) return unknown("TPP", username);
    auto q = db().query("UPDATE tpp SET blocked = ? WHERE id = ?");
    if (auto done = q.bind(blocked).bind(**id).run(); !done) return done;
    changes_.tpps.push_back(**id);
    return append(tpp_blocked(username, blocked, by));
  };
  return first_write_decides(set);
}

result<void> sqlite_writer::set_secret(std::string_view username, const digest& secret,
                                       const origin& by) {
  auto set = [&]() -> result<void> {
    const auto id = find_tpp_id(username);
    if (!id) return id.error();
    if (!*id) return unknown("TPP", username);
    auto q = db().query("UPDATE tpp SET secret = ? WHERE id = ?");
    if (auto done = q.bind(secret).bind(**id).run(); !done) return done;
    changes_.tpps.push_back(**id);
    return append(tpp_secret_changed(username, by));
  };
  return first_write_decides(set);
}

result<void> sqlite_writer::set_organization(std::string_view username,
                                             std::string_view organization, const origin& by) {
  auto set = [&]() -> result<void> {
    auto present = db().query(
        "SELECT id, organization, EXISTS (SELECT 1 FROM consent WHERE tpp = t.id) FROM tpp t "
        "WHERE username = ?");
    auto row = present.bind(username).step();
    if (!row) return row.error();
    if (!*row) return unknown("TPP", username);
    const auto id = present.get<tpp_id>(0);
    auto allowed = check_rebinding(present.get<std::string>(1), organization, present.get<bool>(2));
    if (!allowed) return allowed;
    auto q = db().query("UPDATE tpp SET organization = ? WHERE id = ?");
    if (auto done = q.bind(organization).bind(id).run(); !done) return done;
    changes_.tpps.push_back(id);
    return append(tpp_organization_changed(username, organization, by));
  };
  return first_write_decides(set);
}

result<psu_id> sqlite_writer::add_psu(const psu& p, const origin& by) {
  auto add = [&]() -> result<psu_id> {
    auto q = db().query(
        "INSERT INTO psu (username, name, password_hash, totp_secret, totp_step) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (username) DO NOTHING");
    q.bind(p.username).bind(p.name).bind(p.password_hash).bind_blob(p.totp_secret);
    if (auto done = q.bind(p.totp_step).run(); !done) return done.error();
    if (db().changed_rows() == 0) return taken("PSU", p.username);
    const psu_id id{db().last_row_id()};
    if (auto kept = append(psu_added(p.username, by)); !kept) return kept.error();
    return id;
  };
  return first_write_decides(add);
}

result<flag> sqlite_writer::use_totp_step(psu_id p, std::int64_t step) {
  if (auto open = require_transaction(); !open) return open.error();
  auto q = db().query("UPDATE psu SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1");
  if (auto done = q.bind(step).bind(p).run(); !done) return done.error();
  return db().changed_rows() == 1;
}

result<void> sqlite_writer::replace_balances(const account_import& a) {
  auto old = db().query("DELETE FROM balance WHERE account = ?");
  if (auto done = old.bind(a.value.id).run(); !done) return done;
  std::int64_t position = 0;
  for (const money& balance : a.balances) {
    auto q =
        db().query("INSERT INTO balance (account, position, currency, minor) VALUES (?, ?, ?, ?)");
    q.bind(a.value.id).bind(position++).bind(balance.currency).bind(balance.minor);
    auto done = q.run();
    if (!done && done.error().code == errc::conflict) {
      return fail(errc::invalid_input, "Balance in " + balance.currency + " is given twice");
    }
    if (!done) return done;
  }
  return {};
}

result<void> sqlite_writer::put_account(const account_import& a) {
  auto put = [&]() -> result<void> {
    const auto owner = find_psu_id(a.psu);
    if (!owner) return owner.error();
    if (!*owner) return unknown("PSU", a.psu);
    auto former =
        db().query("SELECT p.username FROM account a JOIN psu p ON p.id = a.owner WHERE a.id = ?");
    auto note = [&] { changes_.accounts.push_back(former.get<std::string>(0)); };
    if (auto done = former.bind(a.value.id).each(note); !done) return done;
    auto q = db().query(
        "INSERT INTO account (id, owner, name, iban, currency, additional_data) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, "
        "name = excluded.name, iban = excluded.iban, currency = excluded.currency, "
        "additional_data = excluded.additional_data");
    q.bind(a.value.id).bind(**owner).bind(a.value.name).bind(a.value.iban);
    q.bind(a.value.currency).bind(a.value.additional_data);
    if (auto done = q.run(); !done) return done;
    changes_.accounts.push_back(a.psu);
    return replace_balances(a);
  };
  return all_or_nothing(put);
}

}  // namespace multipass
