// What happens to a peer that keeps the server waiting. Each test waits for what the server does,
// not for a time.
#include <boost/test/unit_test.hpp>
#include <string>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;

void soon(config& c) {
  c.max_header = c.max_request_line = 512;
  c.header_timeout = c.body_timeout = c.idle_timeout = c.write_timeout = 150ms;
}

constexpr auto one_byte_at_a_time = 20ms;
const std::string health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

void is_told_to_be_quicker(http_client& c, const std::string& message) {
  const auto r = c.read();
  BOOST_TEST(r.status == 408U);
  BOOST_TEST(r.body == "{\"message\":\"" + message + "\"}");
  BOOST_TEST(r.header("content-type") == "application/json");
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(c.closed_by_peer());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_timeouts)

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_without_a_word) {
  sandbox_gateway g(soon);
  http_client silent(g.address());
  BOOST_TEST(silent.closed_by_peer());
  http_client served(g.address());
  BOOST_TEST(served.get("/healthz").status == 200U);
  BOOST_TEST(served.closed_by_peer());
}

BOOST_AUTO_TEST_CASE(a_header_that_stops) {
  sandbox_gateway g(soon);
  http_client c(g.address());
  c.send(health.substr(0, 20));
  is_told_to_be_quicker(c, "The header did not come in time");
  http_client behind_another(g.address());
  behind_another.send(health + health.substr(0, 20));
  BOOST_TEST(behind_another.read().status == 200U);
  is_told_to_be_quicker(behind_another, "The header did not come in time");
}

// Progress buys no time: the whole header has to be there.
BOOST_AUTO_TEST_CASE(a_header_that_drips) {
  sandbox_gateway g(soon);
  http_client c(g.address());
  c.send("GET / HTTP/1.1\r\nX: ");
  while (!c.has_answer_within(one_byte_at_a_time)) c.send("x");
  is_told_to_be_quicker(c, "The header did not come in time");
}

BOOST_AUTO_TEST_CASE(a_body_that_stops) {
  sandbox_gateway g(soon);
  const std::string front = "POST /api/tpp/accounts HTTP/1.1\r\nHost: a\r\n";
  for (const auto* rest : {"Content-Length: 10\r\n\r\n", "Content-Length: 10\r\n\r\nabc",
                           "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
                           "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n"}) {
    http_client c(g.address());
    c.send(front + rest);
    is_told_to_be_quicker(c, "The body did not come in time");
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_drips) {
  sandbox_gateway g(soon);
  http_client c(g.address());
  c.send("POST /api/tpp/accounts HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
  while (!c.has_answer_within(one_byte_at_a_time)) c.send("x");
  is_told_to_be_quicker(c, "The body did not come in time");
}

BOOST_AUTO_TEST_CASE(an_answer_to_continue_does_not_stop_the_clock) {
  sandbox_gateway g(soon);
  http_client c(g.address());
  c.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  BOOST_TEST(c.read().status == 100U);
  is_told_to_be_quicker(c, "The body did not come in time");
}

// A peer that asks and asks and never reads: the server stops reading from it, so that answers do
// not pile up, and cuts it when it takes none of them in time.
BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read) {
  sandbox_gateway g(soon);
  const std::string one = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  constexpr std::size_t asked = 1'000'000;
  std::string all;
  all.reserve(asked * one.size());
  for (std::size_t i = 0; i < asked; ++i) all += one;
  http_client c(g.address(), 4096);  // only now: an idle connection is cut soon
  BOOST_TEST(c.send(all) < all.size());
  const auto answered = g.metric(
      "multipass_http_requests_total{listener=\"public\",endpoint=\"none\",status=\"404\"}");
  BOOST_TEST(answered > 0);
  BOOST_TEST(answered < static_cast<long long>(asked / 4));
  while (g.metric("multipass_http_connections{listener=\"public\"}") > 0) {
  }
  BOOST_TEST(get(g.address(), "/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_jump_of_the_wall_clock_is_no_time_out) {
  sandbox_gateway g;
  http_client idle(g.address()), busy(g.address());
  BOOST_TEST(idle.get("/healthz").status == 200U);
  busy.send(health + health.substr(0, 20));
  BOOST_TEST(busy.read().status == 200U);
  g.clock().advance(24h);
  while (get(g.address(), "/healthz").header("date").find("16 Jan") == std::string::npos) {
  }
  busy.send(health.substr(20));
  BOOST_TEST(busy.read().status == 200U);
  BOOST_TEST(idle.get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
