// Writes from authorize to the PSU's decision.
#include "store/sqlite_writer.hpp"

namespace multipass {

result<std::int64_t> sqlite_writer::add_authorization(const authorization& a, timestamp now) {
  auto add = [&]() -> result<std::int64_t> {
    auto known =
        db().query("SELECT blocked, last_client_number + 1, username FROM tpp WHERE id = ?");
    auto row = known.bind(a.tpp).step();
    if (!row) return row.error();
    if (!*row) return fail(errc::not_found, "There is no such TPP");
    if (known.get<bool>(0)) return fail(errc::forbidden, "The TPP is blocked");
    const auto number = known.get<std::int64_t>(1);
    const auto act = authorization_started(known.get<std::string>(2), number, a, now);
    auto q = db().query(
        "INSERT INTO authorization (handle, tpp, client_number, scopes, redirect_uri, "
        "client_state, code_challenge, expires_at, decided, standard) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    q.bind(a.handle).bind(a.tpp).bind(number).bind(a.scopes).bind(a.redirect_uri);
    q.bind(a.client_state).bind(a.code_challenge).bind(a.expires_at);
    q.bind(authorization::state::pending).bind(a.standard);
    if (auto done = q.run(); !done) return done.error();
    auto counted = db().query("UPDATE tpp SET last_client_number = ? WHERE id = ?");
    if (auto done = counted.bind(number).bind(a.tpp).run(); !done) return done.error();
    if (auto kept = append(act); !kept) return kept.error();
    return number;
  };
  return first_write_decides(add);
}

result<request_record> sqlite_writer::find_decidable(const digest& handle, timestamp now) {
  auto q = db().query(
      "SELECT a.tpp, a.client_number, a.scopes, a.code_challenge, a.expires_at, a.decided, "
      "t.blocked, t.username, a.redirect_uri, a.standard FROM authorization a "
      "JOIN tpp t ON t.id = a.tpp WHERE a.handle = ?");
  auto row = q.bind(handle).step();
  if (!row) return row.error();
  if (!*row) return fail(errc::not_found, "Entity not found");
  const request_record asked{.tpp = q.get<tpp_id>(0),
                             .tpp_username = q.get<std::string>(7),
                             .client_number = q.get<std::int64_t>(1),
                             .scopes = q.get<scope_set>(2),
                             .code_challenge = q.get<std::string>(3),
                             .expires_at = q.get<timestamp>(4),
                             .decided = q.get<authorization::state>(5),
                             .tpp_blocked = q.get<bool>(6),
                             .redirect_uri = q.get<std::string>(8),
                             .standard = q.get<bool>(9)};
  if (auto open = check_decidable(asked, now); !open) return open.error();
  return asked;
}

result<void> sqlite_writer::set_decided(const digest& handle, authorization::state decided) {
  auto q = db().query("UPDATE authorization SET decided = ? WHERE handle = ?");
  return q.bind(decided).bind(handle).run();
}

result<consent_id> sqlite_writer::insert_consent(const approval& a, const request_record& asked) {
  auto q = db().query(
      "INSERT INTO consent (tpp, client_number, owner, scopes, granted_at, expires_at) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  q.bind(asked.tpp).bind(asked.client_number).bind(a.owner).bind(a.scopes);
  if (auto done = q.bind(a.now).bind(a.consent_expires_at).run(); !done) return done.error();
  const consent_id consent{db().last_row_id()};
  for (const account_id account : a.accounts) {
    auto ticked = db().query("INSERT INTO consent_account (consent, account) VALUES (?, ?)");
    if (auto done = ticked.bind(consent).bind(account).run(); !done) return done.error();
  }
  auto code = db().query(
      "INSERT INTO authorization_code (digest, consent, code_challenge, expires_at, removable_at, "
      "redirect_uri, standard) VALUES (?, ?, ?, ?, ?, ?, ?)");
  code.bind(a.code).bind(consent).bind(asked.code_challenge).bind(a.code_expires_at);
  code.bind(a.consent_expires_at).bind(asked.redirect_uri).bind(asked.standard);
  if (auto done = code.run(); !done) return done.error();
  auto owner = db().query("SELECT username FROM psu WHERE id = ?");
  auto known = owner.bind(a.owner).step();
  if (!known) return known.error();
  if (!*known) return fail(errc::not_found, "Entity not found");
  const named_consent granted{consent, asked.tpp_username, asked.client_number,
                              owner.get<std::string>(0)};
  if (auto kept = append_event(consent, event_type::consent_granted, a.now); !kept) {
    return kept.error();
  }
  if (auto kept = append(consent_granted(granted, a)); !kept) return kept.error();
  return consent;
}

result<consent_id> sqlite_writer::approve(const approval& a) {
  auto decide = [&]() -> result<consent_id> {
    const auto asked = find_decidable(a.handle, a.now);
    if (!asked) return asked.error();
    if (auto fits = check_choice(a, asked->scopes); !fits) return fits.error();
    if (auto done = set_decided(a.handle, authorization::state::approved); !done) {
      return done.error();
    }
    return insert_consent(a, *asked);
  };
  return all_or_nothing(decide);
}

result<void> sqlite_writer::deny(const digest& handle, const origin& by) {
  auto decide = [&]() -> result<void> {
    const auto asked = find_decidable(handle, by.now);
    if (!asked) return asked.error();
    if (auto done = set_decided(handle, authorization::state::denied); !done) return done;
    return append(consent_denied(asked->tpp_username, asked->client_number, by));
  };
  return first_write_decides(decide);
}

}  // namespace multipass
