// The one write of an account endpoint: a read that counts, where config::unattended_reads says so.
#include "store/sqlite_writer.hpp"

namespace multipass {

result<flag> sqlite_writer::is_live(consent_id consent, timestamp now) {
  auto q = db().query("SELECT 1 FROM consent WHERE id = ? AND ended_at IS NULL AND expires_at > ?");
  return q.bind(consent).bind(now).step();
}

// The read before which `most` others have their place in the window. One that is counted with a
// later time than now comes first: a clock that is put back grants nothing.
result<std::optional<timestamp>> sqlite_writer::unattended_pause_of(const unattended_read& r) {
  auto q = db().query(
      "SELECT read_at FROM unattended_read WHERE consent = ? AND endpoint = ? AND account = ? "
      "ORDER BY read_at DESC LIMIT 1 OFFSET ?");
  q.bind(r.consent).bind(r.endpoint).bind(r.account).bind(static_cast<std::int64_t>(r.most) - 1);
  auto row = q.step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return unattended_pause(q.get<timestamp>(0), r.now);
}

result<void> sqlite_writer::insert_unattended_read(const unattended_read& r) {
  auto q = db().query(
      "INSERT INTO unattended_read (consent, endpoint, account, read_at, ordinal) "
      "SELECT ?1, ?2, ?3, ?4, coalesce(max(ordinal), 0) + 1 FROM unattended_read "
      "WHERE consent = ?1 AND endpoint = ?2 AND account = ?3 AND read_at = ?4");
  return q.bind(r.consent).bind(r.endpoint).bind(r.account).bind(r.now).run();
}

// What lies further ahead than a clock is put back was counted by a clock that went wrong, and
// would stand in the way until that time comes. Ordinals are at most `most`, so these stay apart.
result<void> sqlite_writer::pull_from_future(const unattended_read& r) {
  auto q = db().query(
      "UPDATE unattended_read SET read_at = ?4, ordinal = ordinal + (read_at - ?4) * 1001 "
      "WHERE consent = ?1 AND endpoint = ?2 AND account = ?3 AND read_at > ?5");
  q.bind(r.consent).bind(r.endpoint).bind(r.account).bind(r.now);
  return q.bind(r.now + unattended_window).run();
}

result<std::optional<timestamp>> sqlite_writer::count_unattended_read(const unattended_read& r) {
  auto count = [&]() -> result<std::optional<timestamp>> {
    const auto live = is_live(r.consent, r.now);
    if (!live) return live.error();
    if (!*live) return fail(errc::not_found, "The consent has ended");
    if (auto pulled = pull_from_future(r); !pulled) return pulled.error();
    auto pause = unattended_pause_of(r);
    if (!pause || *pause) return pause;
    if (auto kept = insert_unattended_read(r); !kept) return kept.error();
    return std::nullopt;
  };
  return first_write_decides(count);
}

}  // namespace multipass
