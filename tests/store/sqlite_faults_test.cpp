// Faults of the medium while a store is open: each is errc::unavailable with its reason, nothing
// acknowledged is lost, and work resumes when the cause has gone away.
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "store/sqlite_connection.hpp"
#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

using flow = flow_fixture<sqlite_kind>;

/// While it lives, no file of this process grows beyond `bytes`: as good as a full disk.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) : former_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &former_);
    rlimit tight = former_;
    tight.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &tight);
  }
  ~file_size_limit() {
    setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_handler_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  rlimit former_{};
  void (*former_handler_)(int);
};

std::uintmax_t wal_size(const flow& f) {
  return std::filesystem::file_size(f.place.folder.path() / "test.db-wal");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_sqlite_faults)

BOOST_AUTO_TEST_CASE(a_commit_that_cannot_be_written_is_undone) {
  flow f;
  f.issued();
  {
    const file_size_limit full(wal_size(f));
    ok(f.writer->begin());
    BOOST_TEST(ok(f.writer->revoke_token(numbered(3), at(100))));
    const auto committed = f.writer->commit();
    BOOST_REQUIRE(fails_with(committed, errc::unavailable));
    BOOST_TEST_MESSAGE(committed.error().message);
    BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);
    BOOST_TEST(!ok(f.writer->find_token(numbered(3)))->ended);
  }
  BOOST_TEST(ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(100)); })));
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE(a_transaction_lost_half_way_takes_no_further_write) {
  flow f;
  const std::string large(64 * 1024 * 1024, 'x');  // more than fits into memory: must be spilled
  {
    const file_size_limit full(wal_size(f));
    ok(f.writer->begin());
    ok(f.writer->set_setting("before", "1"));
    BOOST_REQUIRE(fails_with(f.writer->set_setting("large", large), errc::unavailable));
  }
  // SQLite has rolled back, and would take this for a transaction of its own.
  BOOST_TEST(fails_with(f.writer->set_setting("stray", "1"), errc::unavailable));
  BOOST_TEST(fails_with(f.writer->commit(), errc::unavailable));
  f.writer->rollback();
  BOOST_TEST(!ok(f.reader->setting("stray")).has_value());
  BOOST_TEST(!ok(f.reader->setting("before")).has_value());
  BOOST_TEST(!ok(f.reader->setting("large")).has_value());
  ok(f.commit([&] { return f.writer->set_setting("after", "1"); }));
  BOOST_TEST(ok(f.reader->setting("after")).has_value());
}

// Between the two writes of redeem(), which has no savepoint.
BOOST_AUTO_TEST_CASE(half_a_redemption_is_never_committed) {
  flow f;
  f.approved();
  auto other = ok(sqlite_connection::open(f.place.folder.file("test.db"),
                                          sqlite_connection::access::read_write));
  ok(
      other->run_script("CREATE TRIGGER fault BEFORE UPDATE OF redeemed ON consent "
                        "BEGIN SELECT RAISE(ABORT, 'as good as a fault of the disk'); END"));
  ok(f.writer->begin());
  ok(f.writer->set_setting("before", "1"));
  BOOST_TEST(!f.writer->redeem(f.redeeming(2, 3)));
  BOOST_TEST(fails_with(f.writer->commit(), errc::unavailable));
  BOOST_TEST(!ok(f.reader->find_token(numbered(3))));
  BOOST_TEST(!ok(f.reader->setting("before")));
  ok(other->run_script("DROP TRIGGER fault"));
  BOOST_TEST((f.redeem(f.redeeming(2, 3)).what == redeemed::outcome::issued));
}

BOOST_AUTO_TEST_CASE(a_redemption_that_is_refused_leaves_the_transaction_alone) {
  flow f;
  f.issued();
  ok(f.commit([&] { return f.writer->add_authorization(f.asking(4), at(0)); }));
  ok(f.commit([&] { return f.writer->approve(f.approving(4, 5)); }));
  ok(f.writer->begin());
  ok(f.writer->set_setting("before", "1"));
  BOOST_TEST(fails_with(f.writer->redeem(f.redeeming(5, 3, 2)), errc::conflict));  // token is there
  ok(f.writer->commit());
  BOOST_TEST(ok(f.reader->setting("before")).has_value());
  BOOST_TEST((f.redeem(f.redeeming(5, 6, 2)).what == redeemed::outcome::issued));
}

BOOST_AUTO_TEST_CASE(a_locked_database_is_given_up_in_time) {
  flow f;
  auto other = ok(sqlite_connection::open(f.place.folder.file("test.db"),
                                          sqlite_connection::access::read_write));
  ok(other->run_script("BEGIN IMMEDIATE"));
  const auto begun = f.writer->begin();
  BOOST_REQUIRE(fails_with(begun, errc::unavailable));
  BOOST_TEST(begun.error().message.find("locked by another process") != std::string::npos);
  BOOST_TEST(ok(f.reader->find_tpp("acme")).has_value());
  ok(other->run_script("ROLLBACK"));
  ok(f.commit([&] { return f.writer->set_setting("key", "value"); }));
}

// What is written to it, nobody finds again.
BOOST_AUTO_TEST_CASE(a_database_that_was_moved_or_replaced_takes_no_write) {
  flow f;
  const auto database = f.place.folder.file("test.db"), aside = f.place.folder.file("aside.db");
  ok(f.commit([&] { return f.writer->set_setting("before", "1"); }));
  ok(f.reader->setting("before"));  // has the WAL open from now on
  for (const bool replaced : {false, true}) {
    std::filesystem::rename(database, aside);
    if (replaced) std::filesystem::copy_file(aside, database);
    const auto begun = f.writer->begin();
    BOOST_REQUIRE(fails_with(begun, errc::unavailable));
    BOOST_TEST(begun.error().message.find("moved, replaced or removed") != std::string::npos);
    BOOST_TEST(fails_with(f.writer->foreign_changes(), errc::unavailable));
    BOOST_TEST(ok(f.reader->setting("before")).has_value());
    std::filesystem::rename(aside, database);
    ok(f.commit([&] { return f.writer->set_setting("after", "1"); }));
  }
  std::filesystem::remove(database + "-wal");
  BOOST_TEST(fails_with(f.writer->begin(), errc::unavailable));
}

BOOST_AUTO_TEST_CASE(a_reading_connection_writes_nothing) {
  flow f;
  f.issued();
  const auto before = wal_size(f);
  {
    auto reading = ok(sqlite_connection::open(f.place.folder.file("test.db"),
                                              sqlite_connection::access::read_only));
    BOOST_TEST(fails_with(reading->run_script("UPDATE tpp SET blocked = 1"), errc::unavailable));
    BOOST_TEST(fails_with(reading->run_script("PRAGMA wal_checkpoint"), errc::unavailable));
    reading->checkpoint();
  }
  BOOST_TEST(wal_size(f) == before);
}

BOOST_AUTO_TEST_SUITE_END()
