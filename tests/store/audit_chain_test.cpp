// The audit as a chain: no record and no column of one can be changed, none removed, added or moved
// without its being found and named.
#include "store/audit_chain.hpp"

#include <boost/test/unit_test.hpp>

#include "crypto/server_key.hpp"
#include "store/sqlite_connection.hpp"
#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::string_literals;

namespace {

constexpr const char* without_triggers =
    "DROP TRIGGER IF EXISTS audit_is_not_altered; DROP TRIGGER IF EXISTS audit_is_not_deleted;"
    "PRAGMA ignore_check_constraints = ON;";

audit_act some_act() {
  return {at(5), "admin", "tpp_blocked", "tpp:acme", "why=none"};
}

/// A database with six records, in transactions of their own.
struct audited {
  temp_folder folder;
  std::string path = folder.file("bank.db");
  server_key key = ok(load_server_key(path + ".key", true));
  std::unique_ptr<sqlite_store> opened = ok(sqlite_store::open(path));
  std::unique_ptr<store_writer> writer;

  audited() {
    open();
    in_transaction([&] { return writer->set_setting("server-key-check", key.check_value()); });
    in_transaction([&] { return writer->add_tpp(sample_tpp("acme"), by_bank()); });
    in_transaction([&] { return writer->add_psu(sample_psu("john"), by_bank()); });
    for (int i = 3; i <= 6; ++i) block();
  }

  void open() {
    writer = ok(opened->open_writer());
    writer->use_audit_key(key.audit_key());
  }
  template <class callable>
  void in_transaction(callable work) {
    ok(writer->begin());
    ok(work());
    ok(writer->commit());
  }
  void block() {
    in_transaction([&] { return writer->set_blocked("acme", true, by_bank()); });
  }
  void tamper(const std::string& sql) const {
    const auto db = ok(sqlite_connection::open(path, sqlite_connection::access::read_write));
    ok(db->run_script(without_triggers + sql));
  }
  result<audit_head> verify(const std::optional<audit_head>& kept = std::nullopt) const {
    return verify_audit(path, path + ".key", kept);
  }
  void check_found(const std::string& expected) const {
    const auto verified = verify();
    BOOST_REQUIRE_MESSAGE(!verified, "not found: " + expected);
    BOOST_TEST((verified.error().code == errc::conflict));
    BOOST_TEST(verified.error().message.find(expected) != std::string::npos,
               verified.error().message << " instead of: " << expected);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_audit_chain)

BOOST_AUTO_TEST_CASE(a_hash_depends_on_the_key_the_past_and_each_column) {
  const audit_chain chain(numbered(1));
  const audit_head last{4, numbered(2)};
  const audit_head next = chain.after(last, some_act());
  BOOST_TEST(next.id == 5);
  BOOST_TEST((chain.after(last, some_act()) == next));
  BOOST_TEST((audit_chain(numbered(9)).after(last, some_act()) != next));
  BOOST_TEST((chain.after({4, numbered(3)}, some_act()).hash != next.hash));
  BOOST_TEST((chain.after({5, numbered(2)}, some_act()).hash != next.hash));
  const std::vector<void (*)(audit_act&)> changes{
      [](audit_act& a) { a.at += std::chrono::seconds(1); },
      [](audit_act& a) { a.actor = "admi", a.action = "ntpp_blocked"; },
      [](audit_act& a) { a.action += 'x'; },
      [](audit_act& a) { a.subject = "tpp:acm"; },
      [](audit_act& a) { std::swap(a.subject, a.details); },
      [](audit_act& a) { a.details.push_back('\0'); },
  };
  for (const auto change : changes) {
    audit_act other = some_act();
    change(other);
    BOOST_TEST((chain.after(last, other).hash != next.hash));
  }
}

// What is hashed must never change: these bytes were made by this very rule, written out by hand.
BOOST_AUTO_TEST_CASE(the_rule_is_the_one_that_was_released) {
  const digest key = numbered(1);
  const std::string_view key_bytes(reinterpret_cast<const char*>(key.bytes.data()), 32);
  const digest derived = hmac(key_bytes, "records");
  const std::string text = "\0\0\0\0\0\0\0\x04"s + std::string(32, '\0') +
                           "\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x01"s + "a" + "\0\0\0\0\0\0\0\x02"s +
                           "bc" + "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"s + "d";
  const digest expected = hmac({reinterpret_cast<const char*>(derived.bytes.data()), 32}, text);
  const audit_act act{timestamp{std::chrono::seconds{7}}, "a", "bc", "", "d"};
  BOOST_TEST((audit_chain(key).after({4, {}}, act).hash == expected));
}

BOOST_AUTO_TEST_CASE(a_seal_opens_with_its_key_only) {
  const audit_chain chain(numbered(1));
  const audit_head head{42, numbered(2)};
  const std::string sealed = chain.seal(head);
  BOOST_TEST((chain.open(sealed) == head));
  BOOST_TEST(!audit_chain(numbered(2)).open(sealed));
  for (const std::string& bad : {std::string(), "43" + sealed.substr(2), sealed + "A",
                                 sealed.substr(0, sealed.size() - 1), to_string(head)}) {
    BOOST_TEST(!chain.open(bad), bad);
  }
}

BOOST_AUTO_TEST_CASE(a_head_is_read_as_it_is_written) {
  const audit_head head{42, numbered(2)};
  BOOST_TEST((ok(parse_audit_head(to_string(head))) == head));
  const std::string hash = to_string(head).substr(2);
  for (const std::string& bad : {std::string(), "42"s, ":"s + hash, "0"s + hash, "-1"s + hash,
                                 "042"s + hash, "42"s + hash + "A", "x"s + hash}) {
    BOOST_TEST(fails_with(parse_audit_head(bad), errc::invalid_input), bad);
  }
}

BOOST_AUTO_TEST_CASE(an_audit_that_nobody_touched_is_good) {
  const audited a;
  const auto head = ok(a.verify());
  BOOST_TEST(head.id == 6);
  BOOST_TEST((ok(a.verify(head)) == head));
}

BOOST_AUTO_TEST_CASE(every_tampering_is_found_and_named) {
  struct row {
    const char* sql;
    const char* found;
  };
  const row rows[] = {
      {"UPDATE audit SET at = at + 1 WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET actor = 'psu:john' WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET action = 'tpp_unblocked' WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET subject = 'tpp:acne' WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET details = 'x' WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET actor = 'admi', action = 'n' || action WHERE id = 3",
       "record 3 was altered"},
      {"UPDATE audit SET hash = zeroblob(32) WHERE id = 3", "record 3 was altered"},
      {"UPDATE audit SET hash = zeroblob(32) WHERE id = 6", "record 6 was altered"},
      {"UPDATE audit SET id = 100 WHERE id = 3", "record 3 is missing"},
      {"UPDATE audit SET id = 7 WHERE id = 6", "record 6 is missing"},
      {"DELETE FROM audit WHERE id = 1", "record 1 is missing"},
      {"DELETE FROM audit WHERE id IN (3, 4)", "records 3 to 4 are missing"},
      {"DELETE FROM audit WHERE id = 6", "record 6 is missing from the end"},
      {"DELETE FROM audit WHERE id >= 5", "records 5 to 6 are missing from the end"},
      {"DELETE FROM audit", "records 1 to 6 are missing from the end"},
      {"DELETE FROM audit; DELETE FROM setting WHERE name = 'audit-head'", "it is empty"},
      {"DELETE FROM setting WHERE name = 'audit-head'", "its head is missing"},
      {"UPDATE setting SET value = 'x' WHERE name = 'audit-head'", "its head is none that"},
      {"UPDATE setting SET value = '5' || substr(value, 2) WHERE name = 'audit-head'",
       "its head is none that"},
      {"DELETE FROM audit WHERE id = 6; UPDATE setting SET value = '5:' || "
       "(SELECT substr(value, 3) FROM setting WHERE name = 'audit-head') WHERE name = 'audit-head'",
       "its head is none that"},
      {"DELETE FROM audit WHERE id = 3; UPDATE audit SET id = id - 1 WHERE id > 3",
       "record 3 was altered or put into another's place"},
      {"UPDATE audit SET id = 100 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4;"
       "UPDATE audit SET id = 4 WHERE id = 100",
       "record 3 was altered or put into another's place"},
      {"INSERT INTO audit SELECT 7, at, actor, action, subject, details, hash FROM audit "
       "WHERE id = 6",
       "record 7 was altered"},
      {"INSERT INTO audit SELECT 0, at, actor, action, subject, details, hash FROM audit "
       "WHERE id = 1",
       "record 0 is one too many"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.sql) {
      const audited a;
      a.tamper(r.sql);
      a.check_found(r.found);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_chain_that_was_cut_does_not_heal_when_it_goes_on) {
  for (const bool restarted : {false, true}) {
    audited a;
    if (restarted) a.writer.reset();
    a.tamper("DELETE FROM audit WHERE id >= 5");
    if (restarted) a.open();
    a.block();
    a.check_found("records 5 to 6 are missing");
  }
}

// With a head that was once good, because the file once was so.
BOOST_AUTO_TEST_CASE(what_was_put_back_to_an_earlier_state_shows_against_a_head_kept_elsewhere) {
  audited a;
  const auto earlier = ok(a.writer->setting(audit_head_setting)).value();
  const auto head = ok(a.verify());
  a.block();
  const auto later = ok(a.verify(head));
  a.tamper("DELETE FROM audit WHERE id > 6; UPDATE setting SET value = '" + earlier +
           "' WHERE name = 'audit-head'");
  BOOST_TEST((ok(a.verify()) == head));
  BOOST_TEST(fails_with(a.verify(later), errc::conflict));
  BOOST_TEST(fails_with(a.verify(audit_head{5, numbered(1)}), errc::conflict));
  // A server that runs meanwhile knows better, and does not go on.
  ok(a.writer->begin());
  BOOST_TEST(fails_with(a.writer->set_blocked("acme", false, by_bank()), errc::unavailable));
}

BOOST_AUTO_TEST_CASE(nothing_goes_on_behind_a_head_that_is_not_the_end) {
  for (const char* sql : {"UPDATE setting SET value = 'x' WHERE name = 'audit-head'",
                          "DELETE FROM setting WHERE name = 'audit-head'"}) {
    audited a;
    a.tamper(sql);
    a.writer.reset();
    a.open();
    ok(a.writer->begin());
    const auto done = a.writer->set_blocked("acme", false, by_bank());
    BOOST_TEST(fails_with(done, errc::unavailable), sql);
    a.writer->rollback();
    BOOST_TEST(ok(ok(a.opened->open_reader())->find_tpp("acme"))->blocked, sql);
  }
}

BOOST_AUTO_TEST_CASE(what_was_undone_left_no_gap) {
  audited a;
  ok(a.writer->begin());
  ok(a.writer->record(some_act()));  // 7
  ok(a.writer->mark());
  ok(a.writer->record(some_act()));
  ok(a.writer->undo_to_mark());
  BOOST_TEST(fails_with(a.writer->add_tpp(sample_tpp("acme"), by_bank()), errc::conflict));
  ok(a.writer->record(some_act()));  // 8
  ok(a.writer->commit());
  ok(a.writer->begin());
  ok(a.writer->record(some_act()));
  a.writer->rollback();
  a.block();  // 9
  BOOST_TEST(ok(a.verify()).id == 9);
}

BOOST_AUTO_TEST_CASE(another_key_and_another_database_are_told_apart_from_tampering) {
  const audited a, other;
  BOOST_TEST(fails_with(verify_audit(a.path, other.path + ".key"), errc::bad_configuration));
  BOOST_TEST(fails_with(verify_audit(a.path, a.path + ".none"), errc::bad_configuration));
  BOOST_TEST(fails_with(verify_audit(a.path + ".none", a.path + ".key"), errc::unavailable));
}

BOOST_AUTO_TEST_CASE(mistakes_are_refused) {
  const audited a;
  const auto db = ok(sqlite_connection::open(a.path, sqlite_connection::access::read_write));
  BOOST_TEST(!db->run_script("DELETE FROM audit WHERE id = 1"));
  BOOST_TEST(!db->run_script("UPDATE audit SET actor = 'x'"));
  BOOST_TEST(ok(a.verify()).id == 6);
}

BOOST_AUTO_TEST_SUITE_END()
