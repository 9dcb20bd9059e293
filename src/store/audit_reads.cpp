// Reads of the audit. Whether it is sound is for audit_verification.cpp to say.
#include <algorithm>
#include <limits>

#include "store/sqlite_reads.hpp"

namespace multipass {

result<std::vector<audit_record>> sqlite_reads::list_audit(std::int64_t after, std::size_t limit) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  auto q = db_->query(
      "SELECT id, at, actor, action, subject, details, hash FROM audit WHERE id > ? "
      "ORDER BY id LIMIT ?");
  q.bind(after).bind(static_cast<std::int64_t>(std::min(limit, most)));
  std::vector<audit_record> found;
  auto row = [&] {
    found.push_back({.id = q.get<std::int64_t>(0),
                     .act = {.at = q.get<timestamp>(1),
                             .actor = q.get<std::string>(2),
                             .action = q.get<std::string>(3),
                             .subject = q.get<std::string>(4),
                             .details = q.get<std::string>(5)},
                     .hash = q.get<digest>(6)});
  };
  if (auto done = q.each(row); !done) return done.error();
  return found;
}

}  // namespace multipass
