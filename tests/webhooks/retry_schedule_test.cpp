#include "webhooks/retry_schedule.hpp"

#include <boost/test/unit_test.hpp>

#include "webhooks/attempt.hpp"

using namespace multipass;
using namespace std::chrono_literals;

namespace {

timestamp at(std::chrono::seconds s) {
  return timestamp{std::chrono::seconds{1'700'000'000}} + s;
}

event recorded() {
  event e;
  e.tpp = tpp_id{3};
  e.number = 7;
  e.consent = consent_id{9};
  e.state = event_state::pending;
  e.pending_since = at(0s);
  return e;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_retry_schedule)

BOOST_AUTO_TEST_CASE(pauses_grow_from_seconds_to_hours) {
  constexpr std::chrono::seconds whole[] = {2s,    6s,    18s,    54s,    162s,  486s,
                                            1458s, 4374s, 13122s, 21600s, 21600s};
  unsigned failed = 0;
  for (const auto most : whole) {
    ++failed;
    BOOST_TEST(retry_pause(failed, 0).count() == (most - most / 2).count());
    BOOST_TEST(retry_pause(failed, static_cast<std::uint32_t>(most.count() / 2)).count() ==
               most.count());
    for (std::uint32_t random = 1; random < 4'000'000'000U; random += 98'765'431U) {
      const auto pause = retry_pause(failed, random);
      BOOST_TEST((pause >= most / 2 && pause <= most));
    }
  }
  BOOST_TEST(retry_pause(4'000'000'000U, 0).count() == (longest_retry_pause / 2).count());
}

BOOST_AUTO_TEST_CASE(answers_are_judged_by_their_status) {
  using outcome = attempt::outcome;
  for (const unsigned status : {200U, 201U, 202U, 204U, 299U}) {
    BOOST_TEST((judge_answer(status, 0s).what == outcome::delivered));
  }
  for (const unsigned status : {100U, 101U, 300U, 301U, 302U, 307U, 308U, 400U, 404U, 429U, 500U}) {
    BOOST_TEST((judge_answer(status, 0s).what == outcome::failed), status);
  }
  BOOST_TEST((judge_answer(410, 0s).what == outcome::gone));
  BOOST_TEST(judge_answer(503, 7s).retry_after.count() == 7);
  BOOST_TEST(judge_answer(503, 7s).error == "answered 503");
  BOOST_TEST(judge_answer(302, 0s).error == "answered 302, and redirects are not followed");
}

BOOST_AUTO_TEST_CASE(a_delivered_event_is_settled) {
  const auto o = settle_attempt(recorded(), judge_answer(200, 0s), at(5s), 3 * 24h, 0);
  BOOST_TEST((o.state == event_state::delivered));
  BOOST_TEST((o.tpp == tpp_id{3}));
  BOOST_TEST(o.number == 7);
  BOOST_TEST((o.consent == consent_id{9}));
  BOOST_TEST(o.error == "");
}

BOOST_AUTO_TEST_CASE(a_failed_one_is_tried_again_until_its_time_is_over) {
  const auto failed = judge_answer(500, 0s);
  event e = recorded();
  auto o = settle_attempt(e, failed, at(0s), 60s, 1);
  BOOST_TEST((o.state == event_state::pending));
  BOOST_TEST((o.due_at == at(2s)));
  BOOST_TEST(o.error == "answered 500");
  e.attempts = 3;
  BOOST_TEST((settle_attempt(e, failed, at(32s), 60s, 0).due_at == at(59s)));
  BOOST_TEST((settle_attempt(e, failed, at(32s), 60s, 0).state == event_state::pending));
  BOOST_TEST((settle_attempt(e, failed, at(33s), 60s, 0).state == event_state::dead));
  BOOST_TEST((settle_attempt(e, judge_answer(410, 0s), at(1s), 60s, 0).state == event_state::dead));
}

BOOST_AUTO_TEST_CASE(the_receiver_may_ask_for_more_time_but_not_for_any) {
  const event e = recorded();
  const auto due = [&](std::chrono::seconds asked) {
    return settle_attempt(e, judge_answer(503, asked), at(0s), 3 * 24h, 0).due_at - at(0s);
  };
  BOOST_TEST(due(0s).count() == 1);
  BOOST_TEST(due(100s).count() == 100);
  BOOST_TEST((due(24h * 365) == longest_retry_pause));
}

BOOST_AUTO_TEST_SUITE_END()
