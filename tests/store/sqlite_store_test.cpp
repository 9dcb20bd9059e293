// What only the SQLite store has: a file that outlives it, and everything that can be wrong with
// it.
#include "store/sqlite_store.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "store/schema.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_reads.hpp"
#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
namespace fs = std::filesystem;

namespace {

using flow = flow_fixture<sqlite_kind>;

std::string bytes_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::string& path, std::streamoff from, std::size_t length) {
  std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out | std::ios::ate);
  if (!out) out.open(path, std::ios::binary | std::ios::out);
  out.seekp(from);
  out << std::string(length, 'x');
}

std::unique_ptr<sqlite_connection> connect(const std::string& path) {
  return ok(sqlite_connection::open(path, sqlite_connection::access::read_write));
}

bool says(const error& e, std::initializer_list<std::string> words) {
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return e.message.find(word) != std::string::npos;
  });
}

/// Why the path cannot be opened.
error refusal(const std::string& path) {
  auto opened = sqlite_store::open(path);
  BOOST_REQUIRE_MESSAGE(!opened, path + " was opened");
  BOOST_TEST_MESSAGE(opened.error().message);
  return opened.error();
}

/// Runs `check` in a child process and returns whether it was true there.
template <class callable>
bool true_in_child(callable check) {
  const pid_t child = fork();
  if (child == 0) _exit(check() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_sqlite_store)

BOOST_AUTO_TEST_CASE(what_was_committed_is_there_after_reopening) {
  temp_folder folder;
  const std::string path = folder.file("kept.db");
  {
    auto opened = ok(sqlite_store::open(path));
    auto writer = with_audit_key(ok(opened->open_writer()));
    ok(writer->begin());
    ok(writer->add_tpp(sample_tpp("acme"), by_bank()));
    ok(writer->commit());
    ok(writer->begin());
    ok(writer->add_tpp(sample_tpp("lost"), by_bank()));
  }
  auto opened = ok(sqlite_store::open(path));
  auto reader = ok(opened->open_reader());
  BOOST_TEST(ok(reader->find_tpp("acme")).has_value());
  BOOST_TEST(!ok(reader->find_tpp("lost")).has_value());
}

BOOST_AUTO_TEST_CASE(what_was_committed_survives_an_end_without_warning) {
  flow f;
  f.issued();
  ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(100)); }));
  // The files as kill -9 would leave them: the revocation may stand in the WAL alone.
  temp_folder after;
  for (const char* name : {"test.db", "test.db-wal"}) {
    fs::copy_file(f.place.folder.path() / name, after.path() / name);
  }
  auto opened = ok(sqlite_store::open(after.file("test.db")));
  auto reader = ok(opened->open_reader());
  BOOST_TEST(ok(reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE(a_closed_writer_leaves_everything_in_the_one_file) {
  flow f;
  f.issued();
  BOOST_TEST(ok(f.reader->find_token(numbered(3))).has_value());
  f.writer.reset();  // the reader still holds the file
  temp_folder after;
  fs::copy_file(f.place.folder.path() / "test.db", after.path() / "test.db");
  auto opened = ok(sqlite_store::open(after.file("test.db")));
  auto reader = ok(opened->open_reader());
  BOOST_TEST(ok(reader->find_token(numbered(3))).has_value());
  BOOST_TEST(ok(f.reader->find_token(numbered(3))).has_value());
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_refused_by_any_name) {
  temp_folder folder;
  const std::string path = folder.file("one.db");
  fs::create_directory(folder.path() / "sub");
  fs::create_symlink(path, folder.path() / "other.db");
  auto first = ok(sqlite_store::open(path));
  for (const char* name : {"one.db", "other.db", "sub/../one.db"}) {
    const error e = refusal(folder.file(name));
    BOOST_TEST((e.code == errc::conflict));
    BOOST_TEST(says(e, {path, "this process"}));
  }
  first.reset();
  ok(sqlite_store::open(folder.file("other.db")));
}

BOOST_AUTO_TEST_CASE(a_second_opening_is_refused_in_another_process) {
  temp_folder folder;
  const std::string path = folder.file("one.db");
  const std::string holder = "process " + std::to_string(getpid());
  const auto refused = [&] {
    auto second = sqlite_store::open(path);
    return !second && second.error().code == errc::conflict && says(second.error(), {path, holder});
  };
  const auto opened = [&] { return sqlite_store::open(path).has_value(); };
  auto first = ok(sqlite_store::open(path));
  BOOST_TEST(true_in_child(refused));
  first.reset();
  BOOST_TEST(true_in_child(opened));
}

BOOST_AUTO_TEST_CASE(its_files_are_its_owners_alone) {
  const mode_t before = umask(0);
  flow f;
  f.issued();
  umask(before);
  for (const char* name : {"test.db", "test.db-wal", "test.db-shm", "test.db.lock"}) {
    struct stat s {};
    BOOST_REQUIRE(stat(f.place.folder.file(name).c_str(), &s) == 0);
    BOOST_TEST((s.st_mode & 0777U) == 0600U, name);
  }
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused_and_left_alone) {
  temp_folder folder;
  const std::string path = folder.file("newer.db");
  ok(sqlite_store::open(path));
  const auto newer = std::to_string(newest_schema_version() + 1);
  ok(connect(path)->run_script("PRAGMA user_version=" + newer));
  const error e = refusal(path);
  BOOST_TEST((e.code == errc::bad_configuration));
  BOOST_TEST(says(e, {path, "schema version " + newer}));
  ok(connect(path)->run_script("PRAGMA user_version=" + std::to_string(newest_schema_version())));
  ok(sqlite_store::open(path));
}

// Version 1 kept in the code's row that it was used.
BOOST_AUTO_TEST_CASE(version_1_is_brought_to_the_newest) {
  temp_folder after;
  const std::string path = after.file("test.db");
  {
    flow f;
    f.issued();
    ok(f.commit([&] { return f.writer->add_authorization(f.asking(4), at(0)); }));
    ok(f.commit([&] { return f.writer->approve(f.approving(4, 5)); }));
    f.writer.reset();
    fs::copy_file(f.place.folder.path() / "test.db", path);
  }
  ok(connect(path)->run_script(
      "ALTER TABLE authorization_code ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
      "UPDATE authorization_code SET used = (SELECT redeemed FROM consent WHERE id = consent);"
      "ALTER TABLE consent DROP COLUMN redeemed; ALTER TABLE tpp DROP COLUMN organization;"
      "ALTER TABLE access_token DROP COLUMN certificate; DROP TABLE audit;"
      "DELETE FROM setting WHERE name = 'audit-head'; DROP TABLE unattended_read;"
      "DROP TABLE refresh_token;"
      "ALTER TABLE authorization DROP COLUMN standard;"
      "ALTER TABLE authorization_code DROP COLUMN redirect_uri;"
      "ALTER TABLE authorization_code DROP COLUMN standard;"
      "DROP INDEX consent_by_client; DROP INDEX authorization_by_client;"
      "ALTER TABLE consent DROP COLUMN last_used_at; DROP TABLE enrolment; DROP TABLE webhook; "
      "DROP TABLE event;"
      "ALTER TABLE tpp DROP COLUMN last_event_number;"
      "PRAGMA user_version = 1"));
  auto opened = ok(sqlite_store::open(path));
  auto writer = with_audit_key(ok(opened->open_writer()));
  ok(writer->begin());
  const flow of;
  BOOST_TEST((ok(writer->redeem(of.redeeming(5, 6, 2))).what == redeemed::outcome::issued));
  BOOST_TEST((ok(writer->redeem(of.redeeming(2, 7))).what == redeemed::outcome::replayed));
  ok(writer->commit());
}

// Before TPPs could be bound to an organization.
BOOST_AUTO_TEST_CASE(a_database_without_certificates_is_brought_to_the_newest) {
  temp_folder after;
  const std::string path = after.file("test.db");
  {
    flow f;
    f.issued();
    f.writer.reset();
    fs::copy_file(f.place.folder.path() / "test.db", path);
  }
  // Its version is the one before the two columns and what came later.
  ok(connect(path)->run_script(
      "ALTER TABLE tpp DROP COLUMN organization;"
      "ALTER TABLE access_token DROP COLUMN certificate;"
      "DROP TABLE unattended_read; DROP TABLE refresh_token;"
      "ALTER TABLE authorization DROP COLUMN standard;"
      "ALTER TABLE authorization_code DROP COLUMN redirect_uri;"
      "ALTER TABLE authorization_code DROP COLUMN standard;"
      "DROP INDEX consent_by_client; DROP INDEX authorization_by_client;"
      "ALTER TABLE consent DROP COLUMN last_used_at;"
      "DROP TABLE enrolment; DROP TABLE webhook; DROP TABLE event;"
      "ALTER TABLE tpp DROP COLUMN last_event_number; PRAGMA user_version = 3"));
  auto opened = ok(sqlite_store::open(path));
  auto reader = ok(opened->open_reader());
  BOOST_TEST(ok(reader->find_tpp("acme"))->organization.empty());
  const auto kept = ok(reader->find_token(numbered(3)));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(!kept->certificate);
  BOOST_TEST(kept->organization.empty());
}

BOOST_AUTO_TEST_CASE(another_programs_database_is_refused_and_left_alone) {
  temp_folder folder;
  const std::string path = folder.file("foreign.db");
  std::ofstream{path};
  ok(connect(path)->run_script("CREATE TABLE recipe (name TEXT)"));
  const std::string before = bytes_of_file(path);
  const error e = refusal(path);
  BOOST_TEST((e.code == errc::bad_configuration));
  BOOST_TEST(says(e, {path, "another program"}));
  BOOST_TEST((bytes_of_file(path) == before));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused_and_left_alone) {
  temp_folder folder;
  const std::string path = folder.file("letter.txt");
  overwrite(path, 0, 8192);
  const error e = refusal(path);
  BOOST_TEST((e.code == errc::unavailable));
  BOOST_TEST(says(e, {path, "not a SQLite database"}));
  BOOST_TEST((bytes_of_file(path) == std::string(8192, 'x')));
}

BOOST_AUTO_TEST_CASE(a_damaged_database_says_so) {
  temp_folder folder;
  const std::string path = folder.file("damaged.db");
  ok(sqlite_store::open(path));
  const auto size = fs::file_size(path);
  overwrite(path, 4096 * 2, size - 4096 * 2);
  auto opened = sqlite_store::open(path);
  error e = opened ? error{} : opened.error();
  if (opened) {
    auto reader = ok((*opened)->open_reader());
    auto found = reader->find_tpp("acme");
    BOOST_REQUIRE(!found);
    e = found.error();
  }
  BOOST_TEST((e.code == errc::unavailable));
  BOOST_TEST(says(e, {"damaged", "backup"}));
}

BOOST_AUTO_TEST_CASE(a_path_where_no_file_can_be_is_refused) {
  temp_folder folder;
  const std::string missing = folder.file("missing/one.db");
  BOOST_TEST(says(refusal(missing), {missing}));
  BOOST_TEST(says(refusal(folder.path().string()), {folder.path().string(), "regular file"}));
  for (const std::string& path : {missing, folder.path().string(), std::string()}) {
    BOOST_TEST((refusal(path).code == errc::bad_configuration));
  }
}

BOOST_AUTO_TEST_CASE(a_folder_without_permission_to_write_is_refused) {
  temp_folder folder;
  BOOST_REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  const std::string path = folder.file("one.db");
  const auto refused = [&] {
    constexpr uid_t nobody = 65534;
    if (geteuid() == 0 && (setgid(nobody) != 0 || setuid(nobody) != 0)) return false;
    auto opened = sqlite_store::open(path);
    return !opened && opened.error().code == errc::bad_configuration &&
           says(opened.error(), {path, "Permission denied"});
  };
  BOOST_TEST(true_in_child(refused));  // root may write anywhere, so the child is nobody
  chmod(folder.path().c_str(), 0700);
}

BOOST_AUTO_TEST_CASE(no_token_stands_in_any_file_in_clear) {
  flow f;
  const std::string code = "codeThatIsPresentedOnce00";
  const std::string token = "tokenThatIsPresentedOften";
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(1), at(0)));
  approval decision = f.approving(1, 2);
  decision.code = sha256(code);
  ok(f.writer->approve(decision));
  redemption r = f.redeeming(2, 3);
  r.code = sha256(code);
  r.token = sha256(token);
  BOOST_REQUIRE((ok(f.writer->redeem(r)).what == redeemed::outcome::issued));
  ok(f.writer->commit());

  bool digest_found = false;
  for (const auto& entry : fs::directory_iterator(f.place.folder.path())) {
    const std::string bytes = bytes_of_file(entry.path());
    BOOST_TEST((bytes.find(code) == std::string::npos), entry.path().string());
    BOOST_TEST((bytes.find(token) == std::string::npos), entry.path().string());
    const std::string stored(r.token.bytes.begin(), r.token.bytes.end());
    digest_found |= bytes.find(stored) != std::string::npos;
  }
  BOOST_TEST(digest_found);
}

BOOST_AUTO_TEST_CASE(another_connections_commit_is_foreign) {
  flow f;
  const auto before = ok(f.writer->foreign_changes());
  ok(f.commit([&] { return f.writer->set_setting("own", "1"); }));
  BOOST_TEST(ok(f.writer->foreign_changes()) == before);
  ok(connect(f.place.folder.file("test.db"))->run_script("UPDATE tpp SET blocked = 1"));
  BOOST_TEST(ok(f.writer->foreign_changes()) != before);
  BOOST_TEST(ok(f.reader->find_tpp("acme"))->blocked);
}

BOOST_AUTO_TEST_CASE(a_token_is_found_by_three_searches_of_primary_keys) {
  flow f;
  auto db = connect(f.place.folder.file("test.db"));
  const std::string sql = std::string("EXPLAIN QUERY PLAN ") + sqlite_reads::find_token_sql.c_str();
  std::vector<std::string> plan;
  {
    auto q = db->query(sql_text::of_static(sql));
    ok(q.each([&] { plan.push_back(q.get<std::string>(3)); }));
  }
  const std::vector<std::string> expected{"SEARCH k USING PRIMARY KEY (digest=?)",
                                          "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)",
                                          "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)"};
  BOOST_TEST(plan == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
