// Each test writes a log as a killed server leaves it, harms it, and asks: is it noticed that a
// transaction would be lost, and is a log let pass that has lost none?
#include "store/wal_check.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "store/sqlite_connection.hpp"
#include "support/temp_folder.hpp"

using namespace multipass;
using namespace multipass::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t head = 32, frame = 24 + 4096;

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void run(sqlite_connection& db, const std::string& sql) {
  const auto done = db.run_script(sql);
  BOOST_REQUIRE_MESSAGE(done.has_value(), sql);
}

struct fixture {
  temp_folder folder;
  std::string at_work = folder.file("work.db");
  std::string left = folder.file("left.db");  // as the kill left it
  std::unique_ptr<sqlite_connection> db;

  void open(const std::string& path) {
    auto opened = sqlite_connection::open(path, sqlite_connection::access::read_write);
    BOOST_REQUIRE(opened.has_value());
    db = std::move(*opened);
  }

  fixture() {
    write(at_work, "");
    open(at_work);
    run(*db, "PRAGMA journal_mode=WAL; CREATE TABLE t (x BLOB);");
    for (int i = 0; i < 5; ++i) run(*db, "INSERT INTO t VALUES (zeroblob(100));");
  }

  void kill(bool with_index) {
    for (const auto* part : {"", "-wal", "-shm"}) {
      fs::remove(left + part);
      fs::copy_file(at_work + part, left + part);
    }
    if (!with_index) fs::remove(left + "-shm");
  }
  std::string log() { return content(left + "-wal"); }
  void harm(std::size_t offset) {
    auto bytes = log();
    bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
    write(left + "-wal", bytes);
  }
  void cut(std::size_t bytes) { fs::resize_file(left + "-wal", log().size() - bytes); }
  bool passes() { return check_wal(left).has_value(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_wal_check, fixture)

BOOST_AUTO_TEST_CASE(a_sound_log) {
  for (const bool with_index : {true, false}) {
    kill(with_index);
    BOOST_TEST(log().size() > head + 5 * frame);
    BOOST_TEST(passes());
  }
}

BOOST_AUTO_TEST_CASE(no_log_or_an_empty_one) {
  BOOST_TEST(check_wal(folder.file("none.db")).has_value());
  kill(false);
  write(left + "-wal", "");
  BOOST_TEST(passes());
  write(left + "-wal", std::string(100'000, '\0'));
  BOOST_TEST(passes());
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_damaged_with_others_behind) {
  for (const bool with_index : {true, false}) {
    for (const std::size_t inside : {std::size_t{4}, std::size_t{18}, std::size_t{500}}) {
      kill(with_index);
      harm(head + 2 * frame + inside);
      const auto checked = check_wal(left);
      BOOST_REQUIRE(checked.has_error());
      BOOST_TEST((checked.error().code == errc::unavailable));
      BOOST_TEST(checked.error().message.find("restore") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_torn_end) {
  kill(false);
  harm(log().size() - 1);
  BOOST_TEST(passes());
  kill(false);
  cut(1000);
  BOOST_TEST(passes());
}

// Of a transaction of many frames only the first was lost with the power; the others, its last one
// too, had got to the disk.
BOOST_AUTO_TEST_CASE(a_torn_end_of_many_frames) {
  kill(false);
  const auto before = log().size();
  run(*db, "INSERT INTO t VALUES (randomblob(50000));");
  kill(false);
  BOOST_TEST(log().size() > before + 10 * frame);
  harm(before + 100);
  BOOST_TEST(passes());
}

// The index of a run that was killed, not cut off from its power, knows what was committed.
BOOST_AUTO_TEST_CASE(a_lost_end_that_the_index_knows_of) {
  kill(true);
  cut(1);
  BOOST_TEST(!passes());
  kill(true);
  cut(2 * frame);
  BOOST_TEST(!passes());
  kill(true);
  harm(0);
  BOOST_TEST(!passes());
  kill(true);
  fs::remove(left + "-wal");
  BOOST_TEST(!passes());
}

BOOST_AUTO_TEST_CASE(an_index_of_a_former_log) {
  kill(true);
  const auto former = content(left + "-shm");
  db->checkpoint();
  run(*db, "INSERT INTO t VALUES (zeroblob(100));");
  kill(true);
  write(left + "-shm", former);
  BOOST_TEST(passes());
}

BOOST_AUTO_TEST_CASE(an_index_that_is_no_index) {
  for (const auto& bytes : {std::string(32'768, '\0'), std::string(32'768, 'x'), std::string()}) {
    kill(true);
    write(left + "-shm", bytes);
    BOOST_TEST(passes());
  }
}

// What is behind the end belongs to a commit that failed, was undone, and then written over by a
// shorter one; or to a former round of the log.
BOOST_AUTO_TEST_CASE(what_a_failed_commit_left_behind) {
  kill(true);
  const auto before = log().size();
  run(*db, "INSERT INTO t VALUES (randomblob(50000));");
  const auto failed = content(at_work + "-wal");
  open(left);
  run(*db, "INSERT INTO t VALUES (zeroblob(10));");
  at_work = std::exchange(left, at_work);
  for (const bool with_index : {true, false}) {
    kill(with_index);
    const auto committed = log();
    BOOST_TEST(committed.size() > before);
    BOOST_TEST(committed.size() + 10 * frame < failed.size());
    write(left + "-wal", committed + failed.substr(committed.size()));
    BOOST_TEST(passes());
  }
}

BOOST_AUTO_TEST_CASE(a_former_round_of_the_log) {
  run(*db, "PRAGMA wal_checkpoint(RESTART); INSERT INTO t VALUES (zeroblob(10));");
  for (const bool with_index : {true, false}) {
    kill(with_index);
    BOOST_TEST(log().size() > head + 5 * frame);
    BOOST_TEST(passes());
  }
}

BOOST_AUTO_TEST_SUITE_END()
