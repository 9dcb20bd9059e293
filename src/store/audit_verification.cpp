// The check of an audit from its first record to its sealed head, in one snapshot of the file.
#include <limits>
#include <string>
#include <utility>

#include "crypto/server_key.hpp"
#include "store/audit_chain.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_reads.hpp"

namespace multipass {
namespace {

constexpr std::size_t read_at_once = 1000;

error broken(const std::string& how) {
  return fail(errc::conflict, "The audit is not as it was written: " + how);
}

// "record 7 is" or "records 7 to 9 are".
std::string records(std::int64_t first, std::int64_t last) {
  if (first == last) return "record " + std::to_string(first) + " is";
  return "records " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

result<void> check_next(const audit_chain& chain, const audit_head& last, const audit_record& r) {
  if (r.id > last.id + 1) return broken(records(last.id + 1, r.id - 1) + " missing");
  if (r.id < last.id + 1) return broken("record " + std::to_string(r.id) + " is one too many");
  if (chain.after(last, r.act).hash == r.hash) return {};
  return broken("record " + std::to_string(r.id) + " was altered or put into another's place");
}

result<void> check_kept(const audit_head& kept, const audit_record& r) {
  if (r.id != kept.id || r.hash == kept.hash) return {};
  return broken("record " + std::to_string(r.id) + " is not the one that was exported");
}

result<void> check_end(const audit_chain& chain, const audit_head& last,
                       const std::optional<std::string>& sealed) {
  if (!sealed && last.id == 0) {
    return broken("it is empty, and a server writes the first record when it first starts");
  }
  if (!sealed) return broken("its head is missing");
  const auto head = chain.open(*sealed);
  if (!head) return broken("its head is none that this server sealed");
  if (head->id > last.id) return broken(records(last.id + 1, head->id) + " missing from the end");
  if (head->id < last.id) return broken(records(head->id + 1, last.id) + " behind its head");
  return *head == last ? result<void>{} : broken("its head is another's");
}

result<audit_head> walk(sqlite_reads& reads, const audit_chain& chain,
                        const std::optional<audit_head>& kept) {
  audit_head last;
  std::int64_t after = std::numeric_limits<std::int64_t>::min();
  while (true) {
    const auto page = reads.list_audit(after, read_at_once);
    if (!page) return page.error();
    for (const audit_record& r : *page) {
      if (auto good = check_next(chain, last, r); !good) return good.error();
      if (kept) {
        if (auto good = check_kept(*kept, r); !good) return good.error();
      }
      last = {r.id, r.hash};
    }
    if (page->size() < read_at_once) break;
    after = last.id;
  }
  const auto sealed = reads.setting(audit_head_setting);
  if (!sealed) return sealed.error();
  if (auto good = check_end(chain, last, *sealed); !good) return good.error();
  if (kept && kept->id > last.id) {
    return broken(records(last.id + 1, kept->id) +
                  " missing that had been exported: the whole "
                  "file was put back to an earlier state");
  }
  return last;
}

result<void> check_database(sqlite_reads& reads, const server_key& key) {
  auto q = reads.connection().query("SELECT 1 FROM sqlite_schema WHERE name = 'audit'");
  const auto there = q.step();
  if (!there) return there.error();
  if (!*there) return fail(errc::bad_configuration, "it has no audit yet; start its server once");
  const auto check = reads.setting("server-key-check");
  if (!check) return check.error();
  if (*check && **check == key.check_value()) return {};
  return fail(errc::bad_configuration, "the key file is not the key of this database");
}

}  // namespace

result<audit_head> verify_audit(const std::string& database, const std::string& key_file,
                                const std::optional<audit_head>& kept) {
  const auto about = [&](const error& e) {
    return fail(e.code, "Database " + database + ": " + e.message);
  };
  const auto key = load_server_key(key_file, false);
  if (!key) return key.error();
  auto db = sqlite_connection::open(database, sqlite_connection::access::read_only);
  if (!db) return about(db.error());
  // One snapshot, while a server may be writing.
  if (auto begun = (*db)->run_script("BEGIN"); !begun) return about(begun.error());
  sqlite_reads reads(std::move(*db));
  if (auto good = check_database(reads, *key); !good) return about(good.error());
  auto head = walk(reads, audit_chain(key->audit_key()), kept);
  if (!head) return about(head.error());
  return head;
}

}  // namespace multipass
