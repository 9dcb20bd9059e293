// Refresh tokens: the read that a rotation begins with, and its writes.
#include "store/sqlite_writer.hpp"

namespace multipass {

result<std::optional<refresh_record>> sqlite_reads::find_family(const digest& family) {
  auto q = db_->query(
      "SELECT r.consent, c.tpp, c.scopes, r.token_expires_at, t.username, c.client_number, "
      "r.newest, r.replaced, r.replaced_at, r.sealed, c.expires_at, c.ended_at IS NOT NULL, "
      "t.blocked, t.organization FROM refresh_token r JOIN consent c ON c.id = r.consent "
      "JOIN tpp t ON t.id = c.tpp WHERE r.family = ?");
  auto row = q.bind(family).step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  refresh_record found{.granted = {.consent = q.get<consent_id>(0),
                                   .tpp = q.get<tpp_id>(1),
                                   .scopes = q.get<scope_set>(2),
                                   .expires_at = q.get<timestamp>(3)},
                       .tpp_username = q.get<std::string>(4),
                       .client_number = q.get<std::int64_t>(5),
                       .newest = q.get<digest>(6),
                       .replaced_at = q.get<timestamp>(8),
                       .sealed = q.get<std::string>(9),
                       .consent_expires_at = q.get<timestamp>(10),
                       .consent_ended = q.get<bool>(11),
                       .tpp_blocked = q.get<bool>(12),
                       .organization = q.get<std::string>(13)};
  if (!q.is_null(7)) found.replaced = q.get<digest>(7);
  return found;
}

result<rotated> sqlite_reads::preview_rotation(const rotation& r) {
  const auto family = find_family(r.presented.family);
  if (!family) return family.error();
  return *family ? judge(r, **family) : rotated{};
}

result<void> sqlite_writer::check_new_family(const refresh_digests& r) {
  const auto known = reads_.find_family(r.family);
  if (!known) return known.error();
  if (!*known) return {};
  return fail(errc::conflict, "There is such a family of refresh tokens already");
}

// It matters as long as its consent, to which make_removable() brings an early end.
result<void> sqlite_writer::insert_family(const refresh_digests& r, const grant& granted) {
  auto q = db().query(
      "INSERT INTO refresh_token (family, consent, newest, token_expires_at, removable_at) "
      "VALUES (?1, ?2, ?3, ?4, (SELECT expires_at FROM consent WHERE id = ?2))");
  return q.bind(r.family).bind(granted.consent).bind(r.token).bind(granted.expires_at).run();
}

result<void> sqlite_writer::replace_newest(const rotation& r, const grant& granted) {
  auto q = db().query(
      "UPDATE refresh_token SET replaced = newest, replaced_at = ?, newest = ?, "
      "token_expires_at = ?, sealed = ? WHERE family = ?");
  return q.bind(r.now)
      .bind(r.successor)
      .bind(granted.expires_at)
      .bind(r.sealed)
      .bind(r.presented.family)
      .run();
}

result<rotated> sqlite_writer::rotate(const rotation& r) {
  auto work = [&]() -> result<rotated> {
    auto done = reads_.preview_rotation(r);
    if (!done) return done;
    if (done->what == rotated::outcome::replayed) {
      const origin by{tpp_actor(r.tpp_username), r.now};
      auto ended = end_consent(done->granted.consent, end_reason::refresh_replayed, by);
      if (!ended) return ended.error();
    } else if (done->what == rotated::outcome::issued) {
      const grant& granted = done->granted;
      const auto bound_to = done->bound ? r.certificate : std::nullopt;
      if (auto kept = insert_token(r.token, granted, bound_to); !kept) return kept.error();
      if (auto kept = replace_newest(r, granted); !kept) return kept.error();
      const named_consent given{granted.consent, r.tpp_username, done->client_number, {}};
      if (auto kept = append(token_refreshed(given, r.now)); !kept) return kept.error();
    }
    return done;
  };
  return first_write_decides(work);
}

}  // namespace multipass
