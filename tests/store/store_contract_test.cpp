// What store.hpp promises about sessions and transactions, over every implementation.
#include <boost/test/unit_test.hpp>
#include <future>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

BOOST_AUTO_TEST_SUITE(store_contract)

BOOST_AUTO_TEST_CASE_TEMPLATE(has_one_writer_at_a_time, kind, store_kinds) {
  store_fixture<kind> f;
  BOOST_TEST(fails_with(f.place.get().open_writer(), errc::conflict));
  f.writer.reset();
  f.writer = ok(f.place.get().open_writer());
  ok(f.commit([&] { return f.writer->set_setting("a", "1"); }));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(readers_see_committed_state_only, kind, store_kinds) {
  store_fixture<kind> f;
  ok(f.writer->begin());
  ok(f.writer->set_setting("key", "new"));
  BOOST_TEST((ok(f.writer->setting("key")) == "new"));
  BOOST_TEST((ok(f.reader->setting("key")) == std::nullopt));
  ok(f.writer->commit());
  BOOST_TEST((ok(f.reader->setting("key")) == "new"));

  auto later = ok(f.place.get().open_reader());
  BOOST_TEST((ok(later->setting("key")) == "new"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(readers_in_other_threads_never_see_half_a_write, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto put = [&](std::int64_t amount) {
    account_import a = sample_account("john", 7);
    a.balances = {{"EUR", amount}, {"GBP", amount}};
    ok(f.commit([&] { return f.writer->put_account(a); }));
  };
  put(0);
  constexpr std::int64_t last = 200;
  // True when it saw each amount twice or not at all, never an older one again, and the last.
  const auto watch = [&] {
    auto session = f.place.get().open_reader();
    std::int64_t seen = 0;
    while (session && seen < last) {
      const auto balances = (*session)->balances_of("john", account_id{7});
      if (!balances || balances->size() != 2 || balances->at(0).minor != balances->at(1).minor ||
          balances->at(0).minor < seen) {
        return false;
      }
      seen = balances->at(0).minor;
    }
    return session.has_value();
  };
  auto one = std::async(std::launch::async, watch);
  auto two = std::async(std::launch::async, watch);
  for (std::int64_t amount = 1; amount <= last; ++amount) put(amount);
  BOOST_TEST(one.get());
  BOOST_TEST(two.get());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rollback_leaves_nothing, kind, store_kinds) {
  store_fixture<kind> f;
  ok(f.commit([&] { return f.writer->set_setting("key", "old"); }));
  ok(f.writer->begin());
  ok(f.writer->set_setting("key", "new"));
  ok(f.writer->add_tpp(sample_tpp("acme"), by_bank()));
  f.writer->rollback();
  f.writer->rollback();
  BOOST_TEST((ok(f.writer->setting("key")) == "old"));
  BOOST_TEST(!ok(f.reader->find_tpp("acme")));
  ok(f.commit([&] { return f.writer->add_tpp(sample_tpp("acme"), by_bank()); }));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(undoes_to_the_latest_mark, kind, store_kinds) {
  store_fixture<kind> f;
  ok(f.writer->begin());
  BOOST_TEST(fails_with(f.writer->undo_to_mark(), errc::conflict));
  ok(f.writer->set_setting("first", "1"));
  ok(f.writer->mark());
  ok(f.writer->set_setting("second", "2"));
  ok(f.writer->mark());
  ok(f.writer->set_setting("third", "3"));
  ok(f.writer->undo_to_mark());
  ok(f.writer->set_setting("fourth", "4"));
  ok(f.writer->undo_to_mark());
  ok(f.writer->set_setting("fifth", "5"));
  ok(f.writer->commit());
  for (const char* kept : {"first", "second", "fifth"}) {
    BOOST_TEST(ok(f.reader->setting(kept)).has_value(), kept);
  }
  for (const char* undone : {"third", "fourth"}) {
    BOOST_TEST(!ok(f.reader->setting(undone)).has_value(), undone);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_mark_ends_with_its_transaction, kind, store_kinds) {
  store_fixture<kind> f;
  for (const bool kept : {true, false}) {
    ok(f.writer->begin());
    ok(f.writer->mark());
    if (kept) ok(f.writer->commit());
    if (!kept) f.writer->rollback();
    ok(f.writer->begin());
    BOOST_TEST(fails_with(f.writer->undo_to_mark(), errc::conflict));
    f.writer->rollback();
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(begin_does_not_nest, kind, store_kinds) {
  store_fixture<kind> f;
  ok(f.writer->begin());
  ok(f.writer->set_setting("key", "kept"));
  BOOST_TEST(fails_with(f.writer->begin(), errc::conflict));
  ok(f.writer->commit());
  BOOST_TEST((ok(f.reader->setting("key")) == "kept"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_is_written_outside_a_transaction, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  store_writer& w = *f.writer;
  const auto closed = [](const auto& r) { return fails_with(r, errc::unavailable); };
  BOOST_TEST(closed(w.commit()));
  BOOST_TEST(closed(w.mark()));
  BOOST_TEST(closed(w.undo_to_mark()));
  BOOST_TEST(closed(w.set_setting("key", "value")));
  BOOST_TEST(closed(w.add_tpp(sample_tpp("other"), by_bank())));
  BOOST_TEST(closed(w.set_blocked("acme", true, by_bank())));
  BOOST_TEST(closed(w.set_secret("acme", numbered(1), by_bank())));
  BOOST_TEST(closed(w.add_psu(sample_psu("other"), by_bank())));
  BOOST_TEST(closed(w.use_totp_step(f.john, 5)));
  BOOST_TEST(closed(w.put_account(sample_account("john", 7))));
  BOOST_TEST(closed(w.add_authorization(f.asking(50), at(0))));
  BOOST_TEST(closed(w.approve(f.approving(1, 51))));
  BOOST_TEST(closed(w.deny(numbered(1), by_bank(at(10)))));
  BOOST_TEST(closed(w.redeem(f.redeeming(2, 52))));
  BOOST_TEST(closed(w.end_consent(consent_id{1}, end_reason::withdrawn, by_bank(at(20)))));
  BOOST_TEST(closed(w.revoke_token(numbered(3), at(20))));
  BOOST_TEST(closed(w.purge(at(99'999'999), 100)));
  BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);
  BOOST_TEST(!ok(f.reader->find_tpp("other")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_function_leaves_the_rest_of_its_transaction, kind,
                              store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  ok(f.writer->set_setting("before", "1"));
  BOOST_TEST(fails_with(f.writer->add_tpp(sample_tpp("acme"), by_bank()), errc::conflict));
  account_import twice = sample_account("john", 7);
  twice.balances.push_back({"EUR", 1});
  BOOST_TEST(fails_with(f.writer->put_account(twice), errc::invalid_input));
  ok(f.writer->set_setting("after", "1"));
  ok(f.writer->commit());
  BOOST_TEST(ok(f.reader->setting("before")).has_value());
  BOOST_TEST(ok(f.reader->setting("after")).has_value());
  BOOST_TEST(ok(f.reader->accounts_of("john")).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(own_commits_are_not_foreign, kind, store_kinds) {
  store_fixture<kind> f;
  const auto before = ok(f.writer->foreign_changes());
  ok(f.commit([&] { return f.writer->set_setting("key", "value"); }));
  ok(f.reader->setting("key"));
  BOOST_TEST(ok(f.writer->foreign_changes()) == before);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(changes_are_taken_once, kind, store_kinds) {
  flow_fixture<kind> f;
  f.writer->take_changes();
  ok(f.commit([&] { return f.writer->set_blocked("acme", true, by_bank()); }));
  BOOST_TEST((f.writer->take_changes().tpps == std::vector{f.acme}));
  BOOST_TEST(f.writer->take_changes().tpps.empty());
}

BOOST_AUTO_TEST_SUITE_END()
