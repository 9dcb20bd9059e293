#include <string>
#include <utility>

#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"
#include "admin/json_fields.hpp"
#include "admin/paging.hpp"
#include "crypto/encoding.hpp"
#include "http/parameters.hpp"

namespace multipass {

namespace {

boost::json::object shown(const audit_record& r) {
  return {{"id", r.id},
          {"at", rfc3339(r.act.at)},
          {"actor", r.act.actor},
          {"action", r.act.action},
          {"subject", r.act.subject},
          {"details", r.act.details},
          {"hash", base64url(bytes_of(r.hash))}};
}

struct audit_page {
  std::vector<audit_record> records;
  std::optional<audit_record> last;  // the newest, when nothing follows `records`
};

// Asks for one more than is shown, to know whether it is the end, and for the one before it when
// there is none.
result<audit_page> read_page(store_reader& reader, std::int64_t after, std::size_t limit) {
  auto found = reader.list_audit(after, limit + 1);
  if (!found) return found.error();
  audit_page page{std::move(*found), {}};
  if (page.records.size() > limit) {
    page.records.pop_back();
  } else if (!page.records.empty()) {
    page.last = page.records.back();
  } else if (after > 0) {
    const auto before = reader.list_audit(after - 1, 1);
    if (!before) return before.error();
    if (!before->empty()) page.last = before->front();
  }
  return page;
}

task<result<admin_answer>> list_audit(const admin_services& s, const request& in) {
  const auto asked = parameters::read(in, s.settings.max_parameters);
  if (!asked) co_return asked.error();
  const auto after = read_after(*asked);
  if (!after) co_return after.error();
  const auto limit = read_limit(*asked);
  if (!limit) co_return limit.error();
  auto job = [&](store_reader& reader) { return read_page(reader, *after, *limit); };
  const auto page = co_await s.store.read(job);
  if (!page) co_return page.error();
  boost::json::array list;
  for (const audit_record& r : page->records) list.emplace_back(shown(r));
  boost::json::object body{{"records", std::move(list)}};
  if (page->last) body["head"] = to_string(audit_head{page->last->id, page->last->hash});
  co_return admin_answer{200, std::move(body)};
}

}  // namespace

admin_rows audit_rows() {
  return {{verb::get, "/admin/audit", "admin_list_audit", list_audit}};
}

}  // namespace multipass
