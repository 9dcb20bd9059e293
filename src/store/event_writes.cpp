// The outbox: events with their changes, webhooks, and what becomes of deliveries.
#include <algorithm>
#include <limits>

#include "store/sqlite_writer.hpp"

namespace multipass {
namespace {

error unknown_tpp(std::string_view username) {
  return fail(errc::not_found, "There is no TPP named \"" + std::string(username) + "\"");
}

error no_webhook(errc code, std::string_view username) {
  return fail(code, "The TPP \"" + std::string(username) + "\" has no webhook; set one first");
}

}  // namespace

// One statement finds the TPP, counts, and looks whether anybody waits for a delivery.
result<void> sqlite_writer::append_event(consent_id consent, event_type type, timestamp now) {
  tpp_id tpp{};
  std::int64_t number = 0;
  bool has_webhook = false;
  auto counted = db().query(
      "UPDATE tpp SET last_event_number = last_event_number + 1 "
      "WHERE id = (SELECT c.tpp FROM consent c WHERE c.id = ?) "
      "RETURNING id, last_event_number, EXISTS (SELECT 1 FROM webhook w WHERE w.tpp = id)");
  auto note = [&] {
    tpp = counted.get<tpp_id>(0);
    number = counted.get<std::int64_t>(1);
    has_webhook = counted.get<bool>(2);
  };
  if (auto done = counted.bind(consent).each(note); !done) return done;
  auto q = db().query(
      "INSERT INTO event (tpp, number, consent, type, at, state, pending_since, due_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, CASE WHEN ?6 = 1 AND EXISTS "
      "(SELECT 1 FROM event WHERE consent = ?3 AND state = 1) THEN ?7 ELSE ?5 END)");
  q.bind(tpp).bind(number).bind(consent).bind(type).bind(now);
  q.bind(has_webhook ? event_state::pending : event_state::kept).bind(waits_for_earlier);
  if (auto done = q.run(); !done) return done;
  if (has_webhook) changes_.events.push_back(tpp);
  return {};
}

result<void> sqlite_writer::append_end(consent_id consent, bool had_token, timestamp now) {
  auto kept = append_event(consent, event_type::consent_revoked, now);
  if (!kept || !had_token) return kept;
  return append_event(consent, event_type::token_revoked, now);
}

// Of each consent of the TPP that has pending events and none due, the first.
result<void> sqlite_writer::make_due(tpp_id tpp, timestamp now) {
  auto q = db().query(
      "UPDATE event SET due_at = ?1 WHERE tpp = ?2 AND state = 1 AND due_at = ?3 AND NOT EXISTS "
      "(SELECT 1 FROM event f WHERE f.consent = event.consent AND f.state = 1 "
      "AND (f.due_at < ?3 OR f.number < event.number))");
  return q.bind(now).bind(tpp).bind(waits_for_earlier).run();
}

result<flag> sqlite_writer::set_webhook(const webhook_setting& w, const origin& by) {
  auto set = [&]() -> result<flag> {
    const auto tpp = find_tpp_id(w.tpp_username);
    if (!tpp) return tpp.error();
    if (!*tpp) return unknown_tpp(w.tpp_username);
    auto fresh = db().query(
        "INSERT INTO webhook (tpp, url, secret) VALUES (?, ?, ?) "
        "ON CONFLICT (tpp) DO NOTHING");
    fresh.bind(**tpp).bind(w.url).bind_blob(w.secret);
    if (auto done = fresh.run(); !done) return done.error();
    const bool made = db().changed_rows() == 1;
    if (!made) {
      if (auto done = move_webhook(**tpp, w.url, by.now); !done) return done.error();
    }
    if (!made && w.rotates) {
      auto rotated = db().query(
          "UPDATE webhook SET former_secret = secret, former_until = ?, secret = ? WHERE tpp = ?");
      rotated.bind(w.former_until).bind_blob(w.secret).bind(**tpp);
      if (auto done = rotated.run(); !done) return done.error();
    }
    const auto* const secret = made ? "made" : w.rotates ? "rotated" : "kept";
    if (auto kept = append(webhook_set(w.tpp_username, secret, by)); !kept) return kept.error();
    return made || w.rotates;
  };
  return first_write_decides(set);
}

// What waits out the failures of the former URL is due at the new one.
result<void> sqlite_writer::move_webhook(tpp_id tpp, const std::string& url, timestamp now) {
  auto moved = db().query("UPDATE webhook SET url = ?1 WHERE tpp = ?2 AND url <> ?1");
  if (auto done = moved.bind(url).bind(tpp).run(); !done) return done;
  if (db().changed_rows() == 0) return {};
  auto due = db().query(
      "UPDATE event SET due_at = ?1 WHERE tpp = ?2 AND state = 1 AND due_at > ?1 AND due_at < ?3");
  if (auto done = due.bind(now).bind(tpp).bind(waits_for_earlier).run(); !done) return done;
  changes_.events.push_back(tpp);
  return {};
}

result<void> sqlite_writer::remove_webhook(std::string_view username, event_state left,
                                           const origin& by) {
  auto remove = [&]() -> result<void> {
    const auto tpp = find_tpp_id(username);
    if (!tpp) return tpp.error();
    if (!*tpp) return unknown_tpp(username);
    auto gone = db().query("DELETE FROM webhook WHERE tpp = ?");
    if (auto done = gone.bind(**tpp).run(); !done) return done;
    if (db().changed_rows() == 0) return no_webhook(errc::not_found, username);
    auto events = db().query("UPDATE event SET state = ? WHERE tpp = ? AND state = 1");
    if (auto done = events.bind(left).bind(**tpp).run(); !done) return done;
    return append(webhook_removed(username, by));
  };
  return first_write_decides(remove);
}

// A clock that ran ahead when the event was recorded does not lengthen its life.
result<void> sqlite_writer::settle(const delivery_outcome& o, timestamp now) {
  auto q = db().query(
      "UPDATE event SET state = ?, attempts = attempts + 1, due_at = ?, last_error = ?, "
      "pending_since = min(pending_since, ?) WHERE tpp = ? AND number = ? AND state = 1");
  q.bind(o.state).bind(o.due_at).bind(o.error).bind(now).bind(o.tpp).bind(o.number);
  if (auto done = q.run(); !done) return done;
  if (db().changed_rows() == 0 || o.state == event_state::pending) return {};
  auto next = db().query(
      "UPDATE event SET due_at = ?1 WHERE consent = ?2 AND state = 1 AND due_at = ?3 AND number = "
      "(SELECT min(number) FROM event WHERE consent = ?2 AND state = 1)");
  return next.bind(now).bind(o.consent).bind(waits_for_earlier).run();
}

result<void> sqlite_writer::settle_deliveries(std::span<const delivery_outcome> outcomes,
                                              timestamp now) {
  auto work = [&]() -> result<void> {
    for (const auto& o : outcomes) {
      if (auto done = settle(o, now); !done) return done;
    }
    return {};
  };
  return first_write_decides(work);
}

result<std::size_t> sqlite_writer::replay_events(std::string_view username,
                                                 std::optional<std::int64_t> number,
                                                 const origin& by) {
  auto replay = [&]() -> result<std::size_t> {
    const auto tpp = find_tpp_id(username);
    if (!tpp) return tpp.error();
    if (!*tpp) return unknown_tpp(username);
    auto sink = db().query("SELECT 1 FROM webhook WHERE tpp = ?");
    const auto there = sink.bind(**tpp).step();
    if (!there) return there.error();
    if (!*there) return no_webhook(errc::conflict, username);
    auto q = number ? db().query(
                          "UPDATE event SET state = 1, attempts = 0, pending_since = ?1, "
                          "due_at = ?2 WHERE tpp = ?3 AND number = ?4 AND state <> 1")
                    : db().query(
                          "UPDATE event SET state = 1, attempts = 0, pending_since = ?1, "
                          "due_at = ?2 WHERE tpp = ?3 AND state = 3");
    q.bind(by.now).bind(waits_for_earlier).bind(**tpp);
    if (number) q.bind(*number);
    if (auto done = q.run(); !done) return done.error();
    const auto replayed = static_cast<std::size_t>(db().changed_rows());
    if (number && replayed == 0) {
      return fail(errc::not_found, "There is no such event that is not pending already");
    }
    if (auto done = make_due(**tpp, by.now); !done) return done.error();
    changes_.events.push_back(**tpp);
    if (auto kept = append(event_replayed(username, replayed, by)); !kept) return kept.error();
    return replayed;
  };
  return first_write_decides(replay);
}

result<std::size_t> sqlite_writer::purge_events(timestamp until, std::size_t limit) {
  if (auto open = require_transaction(); !open) return open.error();
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  auto q = db().query(
      "DELETE FROM event WHERE (tpp, number) IN "
      "(SELECT tpp, number FROM event WHERE at <= ? AND state <> 1 ORDER BY at LIMIT ?)");
  q.bind(until).bind(static_cast<std::int64_t>(std::min(limit, most)));
  if (auto done = q.run(); !done) return done.error();
  return static_cast<std::size_t>(db().changed_rows());
}

}  // namespace multipass
