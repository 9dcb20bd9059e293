// Writes from a code to a token, to its end and beyond, and the read that they begin with.
#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "store/sqlite_writer.hpp"

namespace multipass {
namespace {

constexpr std::chrono::hours kept_after_expiry{24};  // of authorizations, for clear error pages

}  // namespace

result<std::optional<code_record>> sqlite_reads::find_code(const digest& code) {
  auto q = db_->query(
      "SELECT k.consent, c.tpp, t.username, c.client_number, c.scopes, k.expires_at, "
      "c.expires_at, c.redeemed, c.ended_at IS NOT NULL, t.blocked, t.requires_secret, t.secret, "
      "k.code_challenge, t.organization, k.redirect_uri, k.standard FROM authorization_code k "
      "JOIN consent c ON c.id = k.consent "
      "JOIN tpp t ON t.id = c.tpp WHERE k.digest = ?");
  auto row = q.bind(code).step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return code_record{.consent = q.get<consent_id>(0),
                     .tpp = q.get<tpp_id>(1),
                     .tpp_username = q.get<std::string>(2),
                     .client_number = q.get<std::int64_t>(3),
                     .scopes = q.get<scope_set>(4),
                     .expires_at = q.get<timestamp>(5),
                     .consent_expires_at = q.get<timestamp>(6),
                     .used = q.get<bool>(7),
                     .consent_ended = q.get<bool>(8),
                     .tpp_blocked = q.get<bool>(9),
                     .requires_secret = q.get<bool>(10),
                     .secret = q.get<digest>(11),
                     .code_challenge = q.get<std::string>(12),
                     .organization = q.get<std::string>(13),
                     .redirect_uri = q.get<std::string>(14),
                     .standard = q.get<bool>(15)};
}

result<void> sqlite_writer::insert_token(const digest& token, const grant& granted,
                                         const std::optional<digest>& bound_to) {
  auto q = db().query(
      "INSERT INTO access_token (digest, consent, expires_at, removable_at, certificate) "
      "VALUES (?1, ?2, ?3, ?3, ?4)");
  q.bind(token).bind(granted.consent).bind(granted.expires_at);
  if (bound_to) q.bind(*bound_to);  // else it stays NULL
  return q.run();
}

// The token is inserted first: only that and check_new_family() can refuse.
result<void> sqlite_writer::keep_tokens(const redemption& r, const redeemed& done) {
  if (done.refreshable) {
    if (auto free = check_new_family(*r.refresh); !free) return free;
  }
  const auto bound_to = done.bound ? r.certificate : std::nullopt;
  if (auto kept = insert_token(r.token, done.granted, bound_to); !kept) return kept;
  if (done.refreshable) {
    if (auto kept = insert_family(*r.refresh, done.granted); !kept) return kept;
  }
  auto used = db().query("UPDATE consent SET redeemed = 1 WHERE id = ?");
  return used.bind(done.granted.consent).run();
}

result<redeemed> sqlite_writer::redeem(const redemption& r) {
  auto work = [&]() -> result<redeemed> {
    const auto code = reads_.find_code(r.code);
    if (!code) return code.error();
    if (!*code) return redeemed{};
    redeemed done{judge(r, **code), {}};
    done.client_number = (*code)->client_number;
    if (done.what == redeemed::outcome::replayed) {
      // Whoever presents a code and its clientId may be someone else: the name is what was claimed.
      const origin by{tpp_actor(r.tpp_username), r.now};
      auto ended = end_consent((*code)->consent, end_reason::code_replayed, by);
      if (!ended) return ended.error();
    } else if (done.what == redeemed::outcome::issued) {
      done.granted = grant_of(r, **code);
      done.bound = !(*code)->organization.empty();
      done.refreshable = r.refresh && needs_refresh(done.granted, **code);
      if (auto kept = keep_tokens(r, done); !kept) return kept.error();
      const named_consent given{(*code)->consent, r.tpp_username, done.client_number, {}};
      const auto act = token_issued(given, done.granted.scopes, r.now);
      if (auto kept = append(act); !kept) return kept.error();
    }
    return done;
  };
  return first_write_decides(work);
}

// Codes and tokens stay until the next purge, so that until then it can be said what they were. Of
// what was read nothing will be asked any more.
result<void> sqlite_writer::make_removable(consent_id consent, timestamp now) {
  auto reads = db().query("DELETE FROM unattended_read WHERE consent = ?");
  if (auto done = reads.bind(consent).run(); !done) return done;
  auto tokens = db().query("UPDATE access_token SET removable_at = ? WHERE consent = ?");
  if (auto done = tokens.bind(now).bind(consent).run(); !done) return done;
  auto families = db().query("UPDATE refresh_token SET removable_at = ? WHERE consent = ?");
  if (auto done = families.bind(now).bind(consent).run(); !done) return done;
  auto codes = db().query("UPDATE authorization_code SET removable_at = ? WHERE consent = ?");
  return codes.bind(now).bind(consent).run();
}

result<named_consent> sqlite_writer::name_consent(consent_id consent) {
  auto q = db().query(
      "SELECT t.username, c.client_number, p.username FROM consent c JOIN tpp t ON t.id = c.tpp "
      "JOIN psu p ON p.id = c.owner WHERE c.id = ?");
  auto row = q.bind(consent).step();
  if (!row) return row.error();
  if (!*row) return fail(errc::not_found, "Entity not found");
  return named_consent{consent, q.get<std::string>(0), q.get<std::int64_t>(1),
                       q.get<std::string>(2)};
}

result<flag> sqlite_writer::end_consent(consent_id consent, end_reason reason, const origin& by) {
  if (reason == end_reason::none) {
    return fail(errc::invalid_input, "A consent does not end without a reason");
  }
  auto end = [&]() -> result<flag> {
    auto q = db().query(
        "UPDATE consent SET ended_at = ?1, reason = ?2 "
        "WHERE id = ?3 AND ended_at IS NULL AND expires_at > ?1 RETURNING redeemed");
    bool ended = false, redeemed = false;
    auto note = [&] {
      ended = true;
      redeemed = q.get<bool>(0);
    };
    if (auto done = q.bind(by.now).bind(reason).bind(consent).each(note); !done) {
      return done.error();
    }
    if (!ended) return false;
    if (auto done = append_end(consent, redeemed, by.now); !done) return done.error();
    if (auto done = make_removable(consent, by.now); !done) return done.error();
    changes_.consents.push_back(consent);
    const auto named = name_consent(consent);
    if (!named) return named.error();
    if (auto kept = append(consent_ended(*named, reason, by)); !kept) return kept.error();
    return true;
  };
  return first_write_decides(end);
}

result<flag> sqlite_writer::revoke_token(const digest& token, timestamp now) {
  if (auto open = require_transaction(); !open) return open.error();
  auto q = db().query(
      "SELECT k.consent, t.username FROM access_token k JOIN consent c ON c.id = k.consent "
      "JOIN tpp t ON t.id = c.tpp WHERE k.digest = ? AND k.expires_at > ?");
  auto row = q.bind(token).bind(now).step();
  if (!row) return row.error();
  if (!*row) return false;
  const origin by{tpp_actor(q.get<std::string>(1)), now};
  return end_consent(q.get<consent_id>(0), end_reason::revoked_by_tpp, by);
}

result<void> sqlite_writer::note_uses(std::span<const consent_use> uses) {
  if (auto open = require_transaction(); !open) return open;
  for (const consent_use& use : uses) {
    auto q = db().query(
        "UPDATE consent SET last_used_at = ?2 "
        "WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)");
    if (auto done = q.bind(use.consent).bind(use.at).run(); !done) return done;
  }
  return {};
}

// A consent has one code, which stays until the consent ends or expires. So the purge of the code
// finds each expired consent once, and needs no index of its own for it.
result<void> sqlite_writer::record_expiry(consent_id consent, timestamp now) {
  std::optional<timestamp> expired_at;
  {
    auto q = db().query("SELECT expires_at FROM consent WHERE id = ? AND ended_at IS NULL");
    auto row = q.bind(consent).step();
    if (!row) return row.error();
    if (*row) expired_at = q.get<timestamp>(0);
  }
  if (!expired_at) return {};
  const auto named = name_consent(consent);
  if (!named) return named.error();
  if (auto kept = append_event(consent, event_type::consent_expired, now); !kept) return kept;
  return append(consent_expired(*named, *expired_at, now));
}

// The codes come last: theirs are the consents that may have expired.
result<std::int64_t> sqlite_writer::purge_codes(timestamp now, std::int64_t limit) {
  std::vector<consent_id> consents;
  auto q = db().query(
      "DELETE FROM authorization_code WHERE digest IN "
      "(SELECT digest FROM authorization_code WHERE removable_at <= ? LIMIT ?) RETURNING consent");
  auto note = [&] { consents.push_back(q.get<consent_id>(0)); };
  if (auto done = q.bind(now).bind(limit).each(note); !done) return done.error();
  for (const consent_id consent : consents) {
    if (auto kept = record_expiry(consent, now); !kept) return kept.error();
  }
  return static_cast<std::int64_t>(consents.size());
}

result<std::size_t> sqlite_writer::purge(timestamp now, std::size_t limit) {
  struct deletion {
    sql_text sql;
    timestamp until;
  };
  const std::array<deletion, 6> deletions{{
      {"DELETE FROM authorization WHERE handle IN "
       "(SELECT handle FROM authorization WHERE expires_at <= ? LIMIT ?)",
       now - kept_after_expiry},
      {"DELETE FROM access_token WHERE digest IN "
       "(SELECT digest FROM access_token WHERE removable_at <= ? LIMIT ?)",
       now},
      {"DELETE FROM refresh_token WHERE family IN "
       "(SELECT family FROM refresh_token WHERE removable_at <= ? LIMIT ?)",
       now},
      {"UPDATE refresh_token SET sealed = '' WHERE family IN "
       "(SELECT family FROM refresh_token WHERE sealed <> '' AND replaced_at <= ? LIMIT ?)",
       now - longest_refresh_grace},
      {"DELETE FROM unattended_read WHERE (consent, endpoint, account, read_at, ordinal) IN "
       "(SELECT consent, endpoint, account, read_at, ordinal FROM unattended_read "
       "WHERE read_at <= ? LIMIT ?)",
       now - unattended_window},
      {"DELETE FROM enrolment WHERE handle IN "
       "(SELECT handle FROM enrolment WHERE expires_at <= ? LIMIT ?)",
       now},
  }};
  auto work = [&]() -> result<std::size_t> {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    const auto allowed = static_cast<std::int64_t>(std::min(limit, most));
    std::int64_t gone = 0;
    for (const auto& [sql, until] : deletions) {
      auto q = db().query(sql);
      if (auto done = q.bind(until).bind(allowed - gone).run(); !done) return done.error();
      gone += db().changed_rows();
    }
    const auto codes = purge_codes(now, allowed - gone);
    if (!codes) return codes.error();
    return static_cast<std::size_t>(gone + *codes);
  };
  return first_write_decides(work);
}

}  // namespace multipass
