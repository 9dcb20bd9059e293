// How sessions share their event loop. A socket pair stands for each connection, so that all the
// peers send is there before the first session begins.
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
#include <vector>

#include "http/service.hpp"
#include "support/manual_clock.hpp"

namespace multipass::testing {
namespace {

std::string request_for(const std::string& path, std::size_t padding = 0) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\nX: " + std::string(padding, 'x') + "\r\n\r\n";
}

// One event loop that serves what `rows` says to peers that have sent all they will.
struct fixture {
  manual_clock wall;
  logger silent{log_level::error, {}, wall};
  event_loop loop{0, wall};
  http_limits limits;
  std::vector<int> peers;
  std::promise<void> over;

  fixture() { limits.header = 1024; }
  ~fixture() {
    for (const int peer : peers) ::close(peer);
  }

  void connect(service& s, const std::string& sent) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    BOOST_REQUIRE(::send(ends[1], sent.data(), sent.size(), 0) ==
                  static_cast<ssize_t>(sent.size()));
    peers.push_back(ends[1]);
    auto serve = [this, &s, accepted = accepted_connection(ends[0], s.metrics)]() mutable {
      asio::co_spawn(loop.context(), serve_connection(std::move(accepted), {}, loop, s),
                     asio::detached);
    };
    asio::post(loop.context(), std::move(serve));
  }

  void run_until_over() {
    loop.start();
    over.get_future().wait();
    loop.cut();
    loop.finish();
    loop.join();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_session, fixture)

BOOST_AUTO_TEST_CASE(a_peer_that_always_has_more_to_read_leaves_others_their_turn) {
  constexpr int asked = 60;  // more than there is room to read at once
  int answered = 0, answered_before_the_other = -1;
  auto answer_and_count = [&](exchange& x) {
    x.out.json(200, "{}");
    if (++answered == 1) {
      asio::post(loop.context(), [&] {
        answered_before_the_other = answered;
        over.set_value();
      });
    }
    return true;
  };
  service served({{verb::get, "/x", "x", {}, answer_and_count}}, limits, 1, silent);
  std::string all;
  for (int i = 0; i < asked; ++i) all += request_for("/x", 900);
  connect(served, all);
  run_until_over();
  BOOST_TEST(answered_before_the_other >= 1);
  BOOST_TEST(answered_before_the_other < asked / 4);
}

BOOST_AUTO_TEST_CASE(what_memory_can_answer_does_not_wait_behind_what_it_cannot) {
  constexpr int slow_peers = 50;
  int slow = 0, slow_before_the_fast = -1;
  auto answer_slowly = [&](exchange& x) -> task<> {
    ++slow;
    x.out.json(200, "{}");
    co_return;
  };
  auto answer_from_memory = [&](exchange& x) {
    slow_before_the_fast = slow;
    x.out.json(200, "{}");
    over.set_value();
    return true;
  };
  service served({{verb::get, "/slow", "slow", answer_slowly, {}},
                  {verb::get, "/fast", "fast", {}, answer_from_memory}},
                 limits, 1, silent);
  for (int i = 0; i < slow_peers; ++i) connect(served, request_for("/slow"));
  connect(served, request_for("/fast"));
  run_until_over();
  BOOST_TEST(slow_before_the_fast < slow_peers / 4);
}

// The request has come, but no edge has told the session of it when it hears of the stop.
BOOST_AUTO_TEST_CASE(what_came_before_the_stop_is_answered_though_unread) {
  int answered = 0;
  auto answer = [&](exchange& x) {
    x.out.json(200, "{}");
    if (++answered > 1) return true;
    // Two handlers that follow each other, without a look at the sockets: the request, the stop.
    asio::post(loop.context(), [&] {  // the session waits by now
      asio::post(loop.context(), [&] {
        const auto again = request_for("/x");
        ::send(peers.front(), again.data(), again.size(), 0);
        ::shutdown(peers.front(), SHUT_WR);
      });
      loop.drain();
    });
    return true;
  };
  service served({{verb::get, "/x", "x", {}, answer}}, limits, 1, silent);
  connect(served, request_for("/x"));
  loop.start();
  loop.finish();
  loop.join();
  BOOST_TEST(answered == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
