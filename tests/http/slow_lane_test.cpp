#include "http/slow_lane.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

namespace multipass {
namespace {

struct fixture {
  asio::io_context context;
  slow_lane lane{context};
  std::string order;  // who went, and what the loop did in between

  task<> go(char name) {
    if (!lane.may_go()) co_await lane.turn();
    order += name;
  }
  void want_turns(const std::string& names) {
    for (const char name : names) asio::co_spawn(context, go(name), asio::detached);
  }
  task<> go_often(char name, int times) {
    for (int i = 0; i < times; ++i) co_await go(name);
  }
  void do_something_else() {
    asio::post(context, [this] { order += '.'; });
  }
  void do_something_else_all_the_time(int times = 100) {
    order += '.';
    if (times > 0)
      asio::post(context, [this, times] { do_something_else_all_the_time(times - 1); });
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_slow_lane, fixture)

BOOST_AUTO_TEST_CASE(one_alone_goes_at_once) {
  BOOST_TEST(lane.may_go());
}

BOOST_AUTO_TEST_CASE(all_go_in_the_order_in_which_they_came) {
  want_turns("abcdefghijklmnopqrstuvwxyz");
  context.run();
  BOOST_TEST(order == "abcdefghijklmnopqrstuvwxyz");
}

BOOST_AUTO_TEST_CASE(what_the_loop_has_to_do_comes_between) {
  want_turns("abcdef");
  do_something_else();
  context.run();
  BOOST_TEST(order == "ab.cdef");
}

// Whoever goes twice in a row must not give the lane more turns at once.
BOOST_AUTO_TEST_CASE(who_comes_again_and_again_is_not_let_through) {
  do_something_else_all_the_time();
  asio::co_spawn(context, go_often('a', 9), asio::detached);
  want_turns("bcdefghijklm");
  context.run();
  BOOST_TEST(order.find_first_of("abcdefghijklm") != std::string::npos);
  std::size_t together = 0;
  for (const char c : order) {
    together = c == '.' ? 0 : together + 1;
    BOOST_TEST(together <= 2U, order);
  }
}

BOOST_AUTO_TEST_CASE(who_comes_while_others_wait_goes_behind_them) {
  want_turns("abcd");
  asio::post(context, [this] { want_turns("e"); });
  context.run();
  BOOST_TEST(order == "abcde");
}

BOOST_AUTO_TEST_CASE(after_a_rush_one_alone_goes_at_once_again) {
  want_turns("abc");
  context.run();
  BOOST_TEST(lane.may_go());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
