#include "store/gathering.hpp"

#include <boost/test/unit_test.hpp>

namespace multipass {
namespace {

using namespace std::chrono_literals;

constexpr gathering::clock::duration commit = 1ms;

bool holds(const gathering& g) {
  return g.enough() > 1;
}

BOOST_AUTO_TEST_SUITE(store_gathering)

BOOST_AUTO_TEST_CASE(the_first_batch_is_not_held) {
  BOOST_TEST(!holds(gathering{}));
}

BOOST_AUTO_TEST_CASE(a_lone_caller_is_never_held_up) {
  gathering g;
  for (int i = 0; i < 100; ++i) {
    g.answering(1, 0, commit);
    BOOST_TEST(!holds(g));
    g.gathered(1);
  }
}

BOOST_AUTO_TEST_CASE(those_who_were_answered_are_waited_for_beside_those_who_wait) {
  gathering g;
  g.answering(1, 63, commit);
  BOOST_TEST(g.enough() == 64U);
  g.gathered(64);
  g.answering(64, 0, commit);
  BOOST_TEST(g.enough() == 64U);
}

BOOST_AUTO_TEST_CASE(no_longer_than_a_part_of_the_commit) {
  gathering g;
  const auto before = gathering::clock::now();
  g.answering(2, 0, commit);
  BOOST_TEST((g.until() > before));
  BOOST_TEST((g.until() <= gathering::clock::now() + commit / 2));
}

BOOST_AUTO_TEST_CASE(a_commit_that_waited_for_a_lock_delays_nobody_for_long) {
  gathering g;
  g.answering(2, 0, 10s);
  BOOST_TEST((g.until() <= gathering::clock::now() + 10ms));
}

BOOST_AUTO_TEST_CASE(those_who_do_not_come_back_are_waited_for_ever_more_rarely) {
  gathering g;
  int held = 0;
  for (int i = 0; i < 1000; ++i) {
    g.answering(2, 0, commit);
    held += holds(g) ? 1 : 0;
    g.gathered(1);
  }
  BOOST_TEST(held > 1);
  BOOST_TEST(held < 30);
}

BOOST_AUTO_TEST_CASE(those_who_come_back_again_are_waited_for_again) {
  gathering g;
  for (int i = 0; i < 1000; ++i) {
    g.answering(2, 0, commit);
    g.gathered(1);
  }
  int held = 0;
  for (int i = 0; i < 100; ++i) {
    g.answering(2, 0, commit);
    held += holds(g) ? 1 : 0;
    g.gathered(2);
  }
  BOOST_TEST(held > 30);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
