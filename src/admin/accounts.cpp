#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "admin/account_import_file.hpp"
#include "admin/admin_request.hpp"
#include "admin/admin_services.hpp"

namespace multipass {

namespace {

result<std::vector<import_row>> read_file(const request& in) {
  if (has_media_type(in, "application/json")) return parse_account_json(in.body, in.max_json_depth);
  if (has_media_type(in, "text/csv")) return parse_account_csv(in.body);
  return fail(errc::unsupported_media, "The body must be application/json or text/csv");
}

// Turns rows whose owner does not exist into errors.
result<void> refuse_unknown_owners(store_reader& reader, std::vector<import_row>& rows) {
  std::map<std::string, bool, std::less<>> known;
  for (import_row& row : rows) {
    if (!row.account) continue;
    const std::string psu = row.account->psu;
    auto at = known.find(psu);
    if (at == known.end()) {
      const auto found = reader.find_psu(psu);
      if (!found) return found.error();
      at = known.emplace(psu, found->has_value()).first;
    }
    if (!at->second) row.account = fail(errc::invalid_input, "psu \"" + psu + "\" does not exist");
  }
  return {};
}

bool is_bad(const import_row& row) {
  return !row.account;
}

// One write job, so one transaction: all rows or none. An error undoes what was put before it.
result<void> put_all(store_writer& writer, std::vector<import_row>& rows, const origin& by) {
  if (auto checked = refuse_unknown_owners(writer, rows); !checked) return checked.error();
  if (std::ranges::any_of(rows, is_bad)) return {};
  for (const import_row& row : rows) {
    if (auto put = writer.put_account(*row.account); !put) return put.error();
  }
  return writer.record(accounts_imported(rows.size(), by));
}

admin_answer refusal(const std::vector<import_row>& rows) {
  boost::json::array bad;
  for (const import_row& row : rows) {
    if (!is_bad(row)) continue;
    bad.push_back(
        boost::json::object{{"row", row.number}, {"message", row.account.error().message}});
  }
  const std::string message = std::to_string(bad.size()) + " of " + std::to_string(rows.size()) +
                              " rows are bad; nothing was imported";
  return {400, {{"message", message}, {"rows", std::move(bad)}}};
}

// A file may be as large as the listener's body limit, so it is read off the event loop.
task<result<admin_answer>> import_accounts(const admin_services& s, const request& in) {
  auto reading = [&] { return read_file(in); };
  auto rows = co_await s.workers.run(reading);
  if (!rows) co_return rows.error();
  auto job = [&, by = by_admin(s)](store_writer& writer) { return put_all(writer, *rows, by); };
  const auto done = co_await s.store.write(job);
  if (!done) co_return done.error();
  if (std::ranges::any_of(*rows, is_bad)) co_return refusal(*rows);
  s.log.write(log_level::info, "accounts_imported",
              {{"accounts", std::to_string(rows->size())}, {"request", in.request_id}});
  co_return admin_answer{200, {{"imported", rows->size()}}};
}

}  // namespace

admin_rows account_rows() {
  return {{verb::post, "/admin/accounts/import", "admin_import_accounts", import_accounts}};
}

}  // namespace multipass
