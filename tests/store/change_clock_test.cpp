#include "store/change_clock.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>

namespace multipass {
namespace {

constexpr consent_id consent{7};
constexpr tpp_id provider{3};

BOOST_AUTO_TEST_SUITE(store_change_clock)

BOOST_AUTO_TEST_CASE(nothing_has_changed_at_first) {
  const change_clock clock;
  BOOST_TEST(clock.unchanged_since(clock.now(), consent, provider));
  BOOST_TEST(clock.accounts_unchanged_since(clock.now(), "john"));
}

BOOST_AUTO_TEST_CASE(a_change_ends_older_values_of_what_changed_and_no_others) {
  struct row {
    const char* what;
    change_set changes;
    bool consent_good, other_consent_good, john_good, jane_good;
  };
  const row rows[] = {
      {"consent", {{consent}, {}, {}}, false, true, true, true},
      {"tpp", {{}, {provider}, {}}, false, false, true, true},
      {"accounts", {{}, {}, {"john"}}, true, true, false, true},
      {"two at once", {{consent}, {}, {"jane"}}, false, true, true, false},
      {"nothing", {}, true, true, true, true},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      change_clock clock;
      const auto before = clock.now();
      clock.advance(r.changes);
      const auto after = clock.now();
      BOOST_TEST(clock.unchanged_since(before, consent, provider) == r.consent_good);
      BOOST_TEST(clock.unchanged_since(before, consent_id{8}, provider) == r.other_consent_good);
      BOOST_TEST(clock.accounts_unchanged_since(before, "john") == r.john_good);
      BOOST_TEST(clock.accounts_unchanged_since(before, "jane") == r.jane_good);
      BOOST_TEST(clock.unchanged_since(after, consent, provider));
      BOOST_TEST(clock.accounts_unchanged_since(after, "john"));
    }
  }
}

BOOST_AUTO_TEST_CASE(everything_ends_every_older_value) {
  change_clock clock;
  const auto before = clock.now();
  clock.advance_everything();
  BOOST_TEST(!clock.unchanged_since(before, consent, provider));
  BOOST_TEST(!clock.accounts_unchanged_since(before, "john"));
  BOOST_TEST(clock.unchanged_since(clock.now(), consent, provider));
  BOOST_TEST(clock.accounts_unchanged_since(clock.now(), "john"));
}

BOOST_AUTO_TEST_CASE(a_stripe_kept_by_its_number_answers_as_the_user_name_does) {
  change_clock clock;
  const std::size_t john = clock.accounts_stripe("john");
  const auto before = clock.now();
  BOOST_TEST(clock.accounts_unchanged_since(before, john));
  clock.advance({{}, {}, {"john"}});
  BOOST_TEST(!clock.accounts_unchanged_since(before, john));
}

BOOST_AUTO_TEST_CASE(ids_that_share_a_stripe_cost_a_read_and_nothing_else) {
  change_clock clock;
  const auto before = clock.now();
  clock.advance({{consent_id{7 + (1 << 16)}}, {}, {}});
  BOOST_TEST(!clock.unchanged_since(before, consent, provider));
  BOOST_TEST(clock.unchanged_since(clock.now(), consent, provider));
}

// Invariant 6: whoever has seen time t finds every value from before t bad, at once.
BOOST_AUTO_TEST_CASE(who_sees_the_new_time_sees_what_changed_before_it) {
  change_clock clock;
  constexpr change_clock::stamp steps = 20'000;
  change_set changed{{}, {}, {"john"}};
  for (int id = 100; id < 400; ++id) changed.consents.push_back(consent_id{id});
  changed.consents.push_back(consent);  // last, so that a step takes a while
  std::thread writer([&] {
    for (change_clock::stamp i = 0; i < steps; ++i) clock.advance(changed);
  });
  std::size_t violations = 0;
  for (change_clock::stamp seen = 0; seen < steps;) {
    seen = clock.now();
    if (seen == 0) continue;
    violations += clock.unchanged_since(seen - 1, consent, provider) ? 1 : 0;
    violations += clock.accounts_unchanged_since(seen - 1, "john") ? 1 : 0;
  }
  writer.join();
  BOOST_TEST(violations == 0U);
}

BOOST_AUTO_TEST_CASE(changes_of_many_threads_each_take_a_step) {
  change_clock clock;
  const auto change_often = [&clock](std::int64_t id) {
    for (int i = 0; i < 10'000; ++i) clock.advance({{consent_id{id}}, {}, {}});
  };
  std::thread a(change_often, 1);
  std::thread b(change_often, 2);
  a.join();
  b.join();
  BOOST_TEST(clock.now() == 20'000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
