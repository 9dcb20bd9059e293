// What store.hpp promises of reads without the PSU present, over every implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

constexpr std::int64_t day = 86'400;

// A consent of ten days, and reads of it.
template <class kind>
struct reading_fixture : flow_fixture<kind> {
  using flow_fixture<kind>::writer;
  consent_id consent = granted(1);

  consent_id granted(unsigned handle) {
    approval a = this->approving(handle, handle + 100);
    a.consent_expires_at = at(10 * day);
    ok(writer->begin());
    ok(writer->add_authorization(this->asking(handle), at(0)));
    const auto id = ok(writer->approve(a));
    ok(writer->commit());
    return id;
  }

  unattended_read reading(std::int64_t when) const {
    return {consent, scope::account_balance, account_id{7}, 4, at(when)};
  }
  result<std::optional<timestamp>> count(const unattended_read& r) {
    return this->commit([&] { return writer->count_unattended_read(r); });
  }
  bool counted(std::int64_t when) { return !ok(count(reading(when))); }
  std::optional<timestamp> pause(std::int64_t when) { return ok(count(reading(when))); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_unattended)

BOOST_AUTO_TEST_CASE_TEMPLATE(so_many_in_any_24_hours_and_no_more, kind, store_kinds) {
  reading_fixture<kind> f;
  for (const std::int64_t when : {100, 100, 500, 900}) BOOST_TEST(f.counted(when));
  BOOST_TEST((f.pause(900) == at(100 + day)));
  BOOST_TEST((f.pause(99 + day) == at(100 + day)));
  BOOST_TEST(f.counted(100 + day));
  BOOST_TEST(f.counted(100 + day), "the second of that second as well");
  BOOST_TEST((f.pause(100 + day) == at(500 + day)));
  BOOST_TEST((f.pause(499 + day) == at(500 + day)));
  BOOST_TEST(f.counted(500 + day));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refused_read_does_not_count, kind, store_kinds) {
  reading_fixture<kind> f;
  for (int i = 0; i < 4; ++i) BOOST_TEST(f.counted(100));
  for (int i = 0; i < 10; ++i) BOOST_TEST((f.pause(5000 + i) == at(100 + day)));
  for (int i = 0; i < 4; ++i) BOOST_TEST(f.counted(100 + day));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_consent_endpoint_and_account_has_its_own, kind, store_kinds) {
  reading_fixture<kind> f;
  const auto other = f.granted(2);
  const auto full = [&](auto change) {
    unattended_read r = f.reading(100);
    change(r);
    for (int i = 0; i < 4; ++i) BOOST_TEST(!ok(f.count(r)));
    return ok(f.count(r)) == at(100 + day);
  };
  BOOST_TEST(full([](unattended_read&) {}));
  BOOST_TEST(full([&](unattended_read& r) { r.consent = other; }));
  BOOST_TEST(full([](unattended_read& r) { r.endpoint = scope::account_details; }));
  BOOST_TEST(full([](unattended_read& r) { r.account = account_id{9}; }));
  BOOST_TEST(full([](unattended_read& r) {
    r.endpoint = scope::account_list;
    r.account = {};
  }));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_limit_that_was_lowered_or_raised_holds_at_once, kind, store_kinds) {
  reading_fixture<kind> f;
  for (const std::int64_t when : {100, 200, 300, 400}) BOOST_TEST(f.counted(when));
  unattended_read r = f.reading(500);
  r.most = 2;
  BOOST_TEST((ok(f.count(r)) == at(300 + day)));
  r.most = 5;
  BOOST_TEST(!ok(f.count(r)));
  BOOST_TEST((ok(f.count(r)) == at(100 + day)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_clock_that_is_put_back_grants_nothing, kind, store_kinds) {
  reading_fixture<kind> f;
  for (int i = 0; i < 4; ++i) BOOST_TEST(f.counted(day));
  BOOST_TEST((f.pause(100) == at(2 * day)));
  BOOST_TEST((f.pause(2 * day - 1) == at(2 * day)));
  BOOST_TEST(f.counted(2 * day));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_clock_that_was_days_ahead_costs_one_day, kind, store_kinds) {
  reading_fixture<kind> f;
  BOOST_TEST(f.counted(99));
  for (const std::int64_t when : {8 * day, 8 * day, 9 * day}) BOOST_TEST(f.counted(when));
  BOOST_TEST((f.pause(100) == at(99 + day)));
  BOOST_TEST(f.counted(99 + day));
  BOOST_TEST((f.pause(99 + day) == at(100 + day)));
  for (int i = 0; i < 3; ++i) BOOST_TEST(f.counted(100 + day));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_read_counts_of_a_consent_that_is_over, kind, store_kinds) {
  reading_fixture<kind> f;
  BOOST_TEST(f.counted(10 * day - 1));
  BOOST_TEST(fails_with(f.count(f.reading(10 * day)), errc::not_found));
  const auto end = [&] {
    return f.writer->end_consent(f.consent, end_reason::withdrawn, by_bank(at(day)));
  };
  BOOST_TEST(ok(f.commit(end)));
  BOOST_TEST(fails_with(f.count(f.reading(day)), errc::not_found));
  unattended_read nowhere = f.reading(day);
  nowhere.consent = consent_id{4711};
  BOOST_TEST(fails_with(f.count(nowhere), errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_undone_read_has_not_counted, kind, store_kinds) {
  reading_fixture<kind> f;
  ok(f.writer->begin());
  for (int i = 0; i < 4; ++i) BOOST_TEST(!ok(f.writer->count_unattended_read(f.reading(100))));
  BOOST_TEST((ok(f.writer->count_unattended_read(f.reading(100))) == at(100 + day)));
  f.writer->rollback();
  BOOST_TEST(f.counted(100));
}

// The authorization goes a day after its end at 1800, the code stays as long as its consent.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_read_of_a_day_ago_is_purged, kind, store_kinds) {
  reading_fixture<kind> f;
  for (const std::int64_t when : {100, 100, 200}) BOOST_TEST(f.counted(when));
  const auto purge = [&](std::int64_t when, std::size_t limit) {
    return ok(f.commit([&] { return f.writer->purge(at(when), limit); }));
  };
  BOOST_TEST(purge(99 + day, 100) == 0U);
  BOOST_TEST(purge(100 + day, 1) == 1U);
  BOOST_TEST(purge(100 + day, 100) == 1U);
  BOOST_TEST(purge(200 + day, 100) == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_reads_of_an_ended_consent_are_gone, kind, store_kinds) {
  reading_fixture<kind> f;
  for (const std::int64_t when : {100, 200}) BOOST_TEST(f.counted(when));
  const auto end = [&] {
    return f.writer->end_consent(f.consent, end_reason::withdrawn, by_bank(at(300)));
  };
  BOOST_TEST(ok(f.commit(end)));
  const auto purge = [&] { return f.writer->purge(at(300), 100); };
  BOOST_TEST(ok(f.commit(purge)) == 1U);  // the code
  const auto later = [&] { return f.writer->purge(at(300 + day), 100); };
  BOOST_TEST(ok(f.commit(later)) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
