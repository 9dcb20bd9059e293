// Links by which PSUs take a new second factor.
#include "store/sqlite_writer.hpp"

namespace multipass {

result<std::optional<enrolment>> sqlite_reads::find_enrolment(const digest& handle) {
  auto q = db_->query(
      "SELECT p.username, e.totp_secret, e.expires_at FROM enrolment e "
      "JOIN psu p ON p.id = e.psu WHERE e.handle = ?");
  auto row = q.bind(handle).step();
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  return enrolment{.handle = handle,
                   .psu_username = q.get<std::string>(0),
                   .totp_secret = q.get<std::string>(1),
                   .expires_at = q.get<timestamp>(2)};
}

result<void> sqlite_writer::start_enrolment(const enrolment& e, const origin& by) {
  auto start = [&]() -> result<void> {
    const auto owner = find_psu_id(e.psu_username);
    if (!owner) return owner.error();
    if (!*owner) return fail(errc::not_found, "There is no PSU named \"" + e.psu_username + "\"");
    auto former = db().query("DELETE FROM enrolment WHERE psu = ?");
    if (auto done = former.bind(**owner).run(); !done) return done;
    auto q = db().query(
        "INSERT INTO enrolment (handle, psu, totp_secret, expires_at) VALUES (?, ?, ?, ?)");
    q.bind(e.handle).bind(**owner).bind_blob(e.totp_secret);
    if (auto done = q.bind(e.expires_at).run(); !done) return done;
    return append(enrolment_started(e.psu_username, e.expires_at, by));
  };
  return all_or_nothing(start);
}

result<flag> sqlite_writer::finish_enrolment(const digest& handle, std::int64_t step,
                                             const origin& by) {
  auto finish = [&]() -> result<flag> {
    const auto open = reads_.find_enrolment(handle);
    if (!open) return open.error();
    if (!*open || by.now >= (*open)->expires_at) return false;
    auto factor = db().query(
        "UPDATE psu SET totp_secret = e.totp_secret, totp_step = ? "
        "FROM enrolment e WHERE e.handle = ? AND psu.id = e.psu");
    if (auto done = factor.bind(step).bind(handle).run(); !done) return done.error();
    auto link = db().query("DELETE FROM enrolment WHERE handle = ?");
    if (auto done = link.bind(handle).run(); !done) return done.error();
    if (auto kept = append(psu_enrolled((*open)->psu_username, by)); !kept) return kept.error();
    return true;
  };
  return first_write_decides(finish);
}

}  // namespace multipass
