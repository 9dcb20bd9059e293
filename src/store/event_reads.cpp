// Reads of events and webhooks.
#include <algorithm>
#include <array>
#include <limits>

#include "store/sqlite_reads.hpp"

namespace multipass {
namespace {

constexpr const char* event_columns =
    "e.tpp, t.username, e.number, e.type, e.consent, c.client_number, c.scopes, e.at, "
    "c.expires_at, c.reason, e.state, e.attempts, e.pending_since, e.due_at, e.last_error";
constexpr int columns_of_event = 15;

event event_of(const sqlite_query& q) {
  return {.tpp = q.get<tpp_id>(0),
          .tpp_username = q.get<std::string>(1),
          .number = q.get<std::int64_t>(2),
          .type = q.get<event_type>(3),
          .consent = q.get<consent_id>(4),
          .client_number = q.get<std::int64_t>(5),
          .scopes = q.get<scope_set>(6),
          .at = q.get<timestamp>(7),
          .expires_at = q.get<timestamp>(8),
          .reason = q.get<end_reason>(9),
          .state = q.get<event_state>(10),
          .attempts = q.get<unsigned>(11),
          .pending_since = q.get<timestamp>(12),
          .due_at = q.get<timestamp>(13),
          .last_error = q.get<std::string>(14)};
}

webhook webhook_of(const sqlite_query& q, int first) {
  return {.tpp = q.get<tpp_id>(first),
          .url = q.get<std::string>(first + 1),
          .secret = q.get<std::string>(first + 2),
          .former_secret = q.get<std::string>(first + 3),
          .former_until = q.get<timestamp>(first + 4)};
}

// Both walk the primary key from where the page before ended.
sql_text list_sql(bool of_one_tpp) {
  static const std::array<std::string, 2> texts = [] {
    const auto make = [](const char* condition) {
      return std::string("SELECT ") + event_columns +
             " FROM event e JOIN consent c ON c.id = e.consent JOIN tpp t ON t.id = e.tpp WHERE " +
             condition + " AND (?3 < 0 OR e.state = ?3) ORDER BY e.tpp, e.number LIMIT ?4";
    };
    return std::array{make("(e.tpp, e.number) > (?1, ?2)"),
                      make("e.tpp = (SELECT id FROM tpp WHERE username = ?1) AND e.number > ?2")};
  }();
  return sql_text::of_static(texts[of_one_tpp ? 1 : 0]);
}

std::int64_t limit_of(std::size_t limit) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, most));
}

}  // namespace

result<std::vector<event>> sqlite_reads::list_events(const event_filter& filter) {
  constexpr std::int64_t any_state = -1;
  const bool of_one_tpp = !filter.tpp_username.empty();
  auto q = db_->query(list_sql(of_one_tpp));
  if (of_one_tpp) {
    q.bind(filter.tpp_username);
  } else {
    q.bind(filter.after_tpp);
  }
  q.bind(filter.after);
  q.bind(filter.state ? static_cast<std::int64_t>(*filter.state) : any_state);
  q.bind(limit_of(filter.limit));
  std::vector<event> found;
  auto row = [&] { found.push_back(event_of(q)); };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<webhook>> sqlite_reads::list_webhooks() {
  auto q =
      db_->query("SELECT tpp, url, secret, former_secret, former_until FROM webhook ORDER BY tpp");
  std::vector<webhook> found;
  auto row = [&] { found.push_back(webhook_of(q, 0)); };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<event_delivery>> sqlite_reads::next_deliveries(tpp_id tpp, std::size_t limit) {
  static const std::string text =
      std::string("SELECT ") + event_columns +
      ", w.tpp, w.url, w.secret, w.former_secret, w.former_until "
      "FROM event e JOIN webhook w ON w.tpp = e.tpp JOIN consent c ON c.id = e.consent "
      "JOIN tpp t ON t.id = e.tpp WHERE e.tpp = ?1 AND e.state = 1 AND e.due_at < ?2 "
      "ORDER BY e.due_at, e.number LIMIT ?3";
  auto q = db_->query(sql_text::of_static(text));
  q.bind(tpp).bind(waits_for_earlier).bind(limit_of(limit));
  std::vector<event_delivery> found;
  auto row = [&] { found.push_back({event_of(q), webhook_of(q, columns_of_event)}); };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

result<std::vector<pending_count>> sqlite_reads::count_pending() {
  auto q = db_->query("SELECT tpp, count(*) FROM event WHERE state = 1 GROUP BY tpp");
  std::vector<pending_count> found;
  auto row = [&] { found.push_back({q.get<tpp_id>(0), q.get<std::int64_t>(1)}); };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

}  // namespace multipass
