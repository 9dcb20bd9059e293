#include "auth/consent_uses.hpp"

#include <boost/test/unit_test.hpp>

#include "support/manual_clock.hpp"
#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

constexpr use_period first{7}, second{8};

// Consents 1 to `consents` in a store behind a pool.
struct fixture {
  memory_store home;
  manual_clock wall;
  change_clock changes;
  store_metrics metrics;
  std::unique_ptr<store_pool> pool;
  std::unique_ptr<consent_uses> uses;

  explicit fixture(unsigned consents = 2) {
    fill(consents);
    pool = ok(store_pool::open(home, {}, changes, metrics));
    uses = std::make_unique<consent_uses>(*pool, wall, 2);
  }

  void fill(unsigned consents) {
    const auto writer = with_audit_key(ok(home.open_writer()));
    ok(writer->begin());
    authorization asked;
    asked.tpp = ok(writer->add_tpp(sample_tpp("acme"), by_bank()));
    asked.scopes = scope_set::all();
    asked.expires_at = at(1800);
    approval given;
    given.owner = ok(writer->add_psu(sample_psu("john"), by_bank()));
    given.scopes = scope_set::all();
    given.accounts = {account_id{7}};
    given.consent_expires_at = at(3600);
    for (unsigned n = 1; n <= consents; ++n) {
      asked.handle = given.handle = numbered(n);
      given.code = numbered(n + 10'000);
      ok(writer->add_authorization(asked, at(0)));
      ok(writer->approve(given));
    }
    ok(writer->commit());
  }

  std::optional<timestamp> last_used(std::int64_t consent) {
    const auto all = ok(ok(home.open_reader())->list_consents({"", "", {}, 10'000}));
    return all.at(static_cast<std::size_t>(consent) - 1).last_used_at;
  }
  void note(std::int64_t consent, use_period period = first, std::size_t thread = 0) {
    uses->note(thread, consent_id{consent}, period);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_consent_uses)

BOOST_AUTO_TEST_CASE(a_period_is_nine_minutes_of_monotonic_time) {
  const std::chrono::steady_clock::time_point start{std::chrono::nanoseconds{1LL << 40}};
  BOOST_TEST((use_period_of(start) == use_period{2}));
  BOOST_TEST((use_period_of(start - 1ns) == use_period{1}));
  BOOST_TEST((use_period_of(start + 9min) == use_period{2}));
  BOOST_TEST((use_period_of(start + 10min) == use_period{3}));
}

BOOST_AUTO_TEST_CASE(what_was_noted_is_written_by_a_flush) {
  fixture f;
  f.note(2);
  BOOST_TEST(!f.last_used(2));
  f.uses->flush();
  BOOST_TEST((f.last_used(2) == f.wall.now()));
  BOOST_TEST(!f.last_used(1));
}

BOOST_AUTO_TEST_CASE(a_use_is_noted_once_in_a_period) {
  fixture f;
  const auto start = f.wall.now();
  f.note(1);
  f.wall.advance(60s);
  f.note(1);
  f.uses->flush();
  BOOST_TEST((f.last_used(1) == start));
  f.note(1);
  f.uses->flush();
  BOOST_TEST((f.last_used(1) == start));
  f.note(1, second);
  f.uses->flush();
  BOOST_TEST((f.last_used(1) == start + 60s));
}

BOOST_AUTO_TEST_CASE(the_latest_of_several_event_loops_counts) {
  fixture f;
  f.note(1, first, 1);
  f.wall.advance(60s);
  f.note(1, first, 0);
  f.uses->flush();
  BOOST_TEST((f.last_used(1) == f.wall.now()));
}

BOOST_AUTO_TEST_CASE(without_a_use_nothing_is_written) {
  fixture f;
  f.uses->flush();
  BOOST_TEST(f.metrics.writes == 0U);
}

BOOST_AUTO_TEST_CASE(many_are_written_in_parts_and_all_arrive) {
  fixture f(250);
  for (std::int64_t consent = 1; consent <= 250; ++consent) f.note(consent);
  f.uses->flush();
  BOOST_TEST(f.metrics.writes == 3U);
  for (const std::int64_t consent : {1, 100, 101, 250}) {
    BOOST_TEST((f.last_used(consent) == f.wall.now()));
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_the_thread_writes_what_is_left) {
  fixture f;
  f.uses->start();
  f.note(1);
  f.uses->stop();
  BOOST_TEST((f.last_used(1) == f.wall.now()));
}

BOOST_AUTO_TEST_SUITE_END()
