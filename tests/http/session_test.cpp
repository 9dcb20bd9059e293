// How sessions share their event loop. A socket pair stands for the connection, so that all the
// peer sends is there before the session begins.
#include "http/session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <future>
#include <string>

#include "http/service.hpp"
#include "support/manual_clock.hpp"

namespace multipass::testing {
namespace {

// More requests than the session has room to read at once.
constexpr int asked = 60;

std::string many_requests() {
  const std::string one = "GET /x HTTP/1.1\r\nHost: a\r\nX: " + std::string(900, 'x') + "\r\n\r\n";
  std::string all;
  for (int i = 0; i < asked; ++i) all += one;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_session)

BOOST_AUTO_TEST_CASE(a_peer_that_always_has_more_to_read_leaves_others_their_turn) {
  manual_clock wall;
  const logger silent(log_level::error, {}, wall);
  http_limits small;
  small.header = 1024;
  event_loop loop(0, wall);
  int answered = 0, answered_before_the_other = -1;
  std::promise<void> other_had_its_turn;
  auto answer_and_count = [&](exchange& x) {
    x.out.json(200, "{}");
    if (++answered == 1) {
      asio::post(loop.context(), [&] {
        answered_before_the_other = answered;
        other_had_its_turn.set_value();
      });
    }
    return true;
  };
  service served({{verb::get, "/x", "x", {}, answer_and_count}}, small, 1, silent);

  std::array<int, 2> ends{};
  BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
  const auto all = many_requests();
  BOOST_REQUIRE(::send(ends[1], all.data(), all.size(), 0) == static_cast<ssize_t>(all.size()));
  served.metrics.connections = 1;  // as the listener counts it
  asio::post(loop.context(), [&] {
    asio::co_spawn(loop.context(), serve_connection(ends[0], loop, served), asio::detached);
  });
  loop.start();
  other_had_its_turn.get_future().wait();
  ::close(ends[1]);
  loop.finish();
  loop.join();
  BOOST_TEST(answered_before_the_other >= 1);
  BOOST_TEST(answered_before_the_other < asked / 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
