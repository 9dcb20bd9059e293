// Sockets in an epoll set, over socket pairs: what is read and written at once, what has to wait,
// and that no edge is lost.
#include "http/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

namespace multipass {
namespace {

// One end is a socket of ours, the other a bare descriptor that the test plays the peer with.
struct pair {
  explicit pair(epoll_set& set) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    ours = std::make_unique<socket>(ends[0], set);
    peer = ends[1];
  }
  ~pair() { ::close(peer); }
  pair(const pair&) = delete;
  pair& operator=(const pair&) = delete;

  void say(std::string_view text) const {
    BOOST_REQUIRE(::send(peer, text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
  }

  std::unique_ptr<socket> ours;
  int peer = -1;
};

struct fixture {
  asio::io_context context;
  epoll_set set{context};
  std::string heard;
  bool over = false;

  fixture() { set.start(); }

  // Reads to the end of the stream, or until a wait is cancelled.
  task<> listen(socket& s, std::size_t room) {
    std::string bytes(room, '\0');
    while (true) {
      const auto got = s.read(bytes);
      heard.append(bytes, 0, got.bytes);
      if (got.how == socket::status::done) continue;
      if (got.how != socket::status::not_now) break;
      const bool ready = co_await s.readable();
      if (!ready) break;
    }
    over = true;
    set.stop();
  }

  // Behind the coroutine that is spawned next.
  template <class F>
  void when_waiting(F f) {
    asio::post(context, [this, f] { asio::post(context, f); });
  }

  void run_listening(socket& s, std::size_t room = 16) {
    asio::co_spawn(context, listen(s, room), asio::detached);
    context.run();
    BOOST_TEST(over);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_socket, fixture)

BOOST_AUTO_TEST_CASE(what_comes_later_is_heard) {
  pair p(set);
  asio::post(context, [&] {
    p.say("one ");
    asio::post(context, [&] {
      p.say("two");
      ::shutdown(p.peer, SHUT_WR);
    });
  });
  run_listening(*p.ours);
  BOOST_TEST(heard == "one two");
}

BOOST_AUTO_TEST_CASE(bytes_and_the_end_that_come_together_are_both_heard) {
  pair p(set);
  p.say("last words");
  ::shutdown(p.peer, SHUT_WR);
  run_listening(*p.ours);
  BOOST_TEST(heard == "last words");
}

BOOST_AUTO_TEST_CASE(the_end_that_comes_between_an_edge_and_a_short_read_is_heard) {
  pair p(set);
  p.say("one");
  const auto end_it = [&]() -> task<> {
    co_await p.ours->readable();  // the edge of "one" and the end have been told as one
    co_await listen(*p.ours, 16);
  };
  ::shutdown(p.peer, SHUT_WR);
  asio::co_spawn(context, end_it(), asio::detached);
  context.run();
  BOOST_TEST(over);
  BOOST_TEST(heard == "one");
}

BOOST_AUTO_TEST_CASE(a_read_that_fills_its_room_is_tried_again) {
  pair p(set);
  p.say("0123456789abcdef0123456789abcdef!");
  ::shutdown(p.peer, SHUT_WR);
  run_listening(*p.ours, 16);
  BOOST_TEST(heard == "0123456789abcdef0123456789abcdef!");
}

BOOST_AUTO_TEST_CASE(a_writer_waits_until_the_peer_has_read) {
  pair p(set);
  const std::string block(65'536, 'x');
  std::size_t written = 0, waits = 0, read = 0;
  const auto drain = [&] {
    std::array<char, 65'536> room;
    for (ssize_t n = 0; (n = ::recv(p.peer, room.data(), room.size(), 0)) > 0;)
      read += static_cast<std::size_t>(n);
  };
  const auto write = [&]() -> task<> {
    while (waits < 3) {
      const auto put = p.ours->write(block);
      written += put.bytes;
      if (put.how == socket::status::done) continue;
      ++waits;
      asio::post(context, drain);
      co_await p.ours->writable();
    }
    set.stop();
  };
  asio::co_spawn(context, write(), asio::detached);
  context.run();
  drain();
  BOOST_TEST(waits == 3U);
  BOOST_TEST(read == written);
}

BOOST_AUTO_TEST_CASE(a_wait_can_be_cancelled) {
  pair p(set);
  when_waiting([&] { p.ours->cancel(); });
  run_listening(*p.ours);
  BOOST_TEST(heard == "");
}

BOOST_AUTO_TEST_CASE(a_closed_socket_keeps_nobody_waiting) {
  pair p(set);
  when_waiting([&] { p.ours->close(); });
  run_listening(*p.ours);
  BOOST_TEST((p.ours->write(std::string_view("x")).how == socket::status::failed));
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_gone_is_no_signal) {
  pair p(set);
  ::shutdown(p.peer, SHUT_RDWR);
  BOOST_TEST((p.ours->write(std::string_view("x")).how == socket::status::failed));
}

// More than one batch of edges, each of which ends its own socket.
BOOST_AUTO_TEST_CASE(many_ready_at_once_are_all_served) {
  std::vector<std::unique_ptr<pair>> pairs;
  std::size_t served = 0;
  const auto serve = [&](pair& p) -> task<> {
    co_await p.ours->readable();
    std::array<char, 8> room;
    while (p.ours->read(room).how == socket::status::not_now) co_await p.ours->readable();
    p.ours.reset();
    if (++served == 300) set.stop();
  };
  for (int i = 0; i < 300; ++i) {
    pairs.push_back(std::make_unique<pair>(set));
    asio::co_spawn(context, serve(*pairs.back()), asio::detached);
  }
  asio::post(context, [&] {
    for (const auto& p : pairs) p->say("x");
  });
  context.run();
  BOOST_TEST(served == 300U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
