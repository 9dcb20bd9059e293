#include "api/account_view.hpp"

#include <boost/test/unit_test.hpp>

using namespace multipass;
using namespace std::chrono_literals;

namespace {

constexpr account_question list{};
const account_view::time_point start{1h};

account_question balance_of(std::int64_t id) {
  return {scope::account_balance, account_id{id}};
}

struct fixture {
  change_clock changes;
  account_view view{3, changes};

  account_view::origin read_now(std::string_view psu = "john",
                                account_view::time_point until = account_view::time_point::max()) {
    return {changes.now(), changes.accounts_stripe(psu), until};
  }
  void keep(std::int64_t consent, const std::string& json) {
    view.keep(consent_id{consent}, list, json, read_now());
  }
  std::string find(std::int64_t consent, const account_question& q = list,
                   account_view::time_point now = start) {
    const auto found = view.find(consent_id{consent}, q, now);
    return found ? std::string(found->json()) : "nothing";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_account_view, fixture)

BOOST_AUTO_TEST_CASE(an_answer_is_found_by_consent_and_question_only) {
  view.keep(consent_id{1}, list, "list", read_now());
  view.keep(consent_id{1}, balance_of(7), "balance 7", read_now());
  BOOST_TEST(find(1) == "list");
  BOOST_TEST(find(1, balance_of(7)) == "balance 7");
  BOOST_TEST(find(1, balance_of(8)) == "nothing");
  BOOST_TEST(find(1, {scope::account_details, account_id{7}}) == "nothing");
  BOOST_TEST(find(2) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_second_answer_takes_the_place_of_the_first) {
  keep(1, "old");
  keep(1, "new");
  BOOST_TEST(find(1) == "new");
}

BOOST_AUTO_TEST_CASE(answers_of_any_length_are_kept_whole) {
  for (const std::size_t length : {0, 1, 407, 408, 409, 100'000, 5}) {
    const std::string json(length, 'x');
    keep(1, json);
    BOOST_TEST((find(1) == json), length << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(it_is_bounded_and_what_is_asked_for_again_stays) {
  keep(1, "one");
  keep(2, "two");
  keep(3, "three");
  BOOST_TEST(find(1) == "one");
  keep(4, "four");
  BOOST_TEST(find(2) == "nothing");
  BOOST_TEST(find(1) == "one");
  BOOST_TEST(find(3) == "three");
  BOOST_TEST(find(4) == "four");
  for (std::int64_t consent = 100; consent < 200; ++consent) keep(consent, "many");
  int kept = 0;
  for (std::int64_t consent = 1; consent < 200; ++consent) kept += find(consent) != "nothing";
  BOOST_TEST(kept == 3);
}

BOOST_AUTO_TEST_CASE(a_change_of_the_psus_accounts_ends_it) {
  keep(1, "john's");
  view.keep(consent_id{2}, list, "jane's", read_now("jane"));
  changes.advance({{}, {}, {"john"}});
  BOOST_TEST(find(1) == "nothing");
  BOOST_TEST(find(2) == "jane's");
  keep(1, "read again");
  BOOST_TEST(find(1) == "read again");
}

BOOST_AUTO_TEST_CASE(an_answer_read_before_the_change_is_not_kept_as_good_after_it) {
  const auto before = read_now();
  changes.advance({{}, {}, {"john"}});
  view.keep(consent_id{1}, list, "stale", before);
  BOOST_TEST(find(1) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_change_by_another_process_ends_everything) {
  keep(1, "one");
  changes.advance_everything();
  BOOST_TEST(find(1) == "nothing");
}

BOOST_AUTO_TEST_CASE(an_answer_is_good_until_its_source_says) {
  view.keep(consent_id{1}, list, "brief", read_now("john", start + 5s));
  BOOST_TEST(find(1, list, start + 5s - 1ns) == "brief");
  BOOST_TEST(find(1, list, start + 5s) == "nothing");
}

BOOST_AUTO_TEST_CASE(the_first_use_in_each_period_shows) {
  keep(1, "one");
  const auto begins = [&](account_view::time_point when) {
    return view.find(consent_id{1}, list, when)->begins(use_period_of(when));
  };
  BOOST_TEST(begins(start));
  BOOST_TEST(!begins(start));
  BOOST_TEST(!begins(start + 1s));
  BOOST_TEST(begins(start + 10min));
  BOOST_TEST(!begins(start + 10min));
}

BOOST_AUTO_TEST_SUITE_END()
