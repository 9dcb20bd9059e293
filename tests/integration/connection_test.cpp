// How one connection carries requests: kept, pipelined, cut into pieces, closed.
#include <boost/test/unit_test.hpp>
#include <string>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

const std::string health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

std::string post_text(const std::string& target, const std::string& fields,
                      const std::string& body = {}) {
  return "POST " + target + " HTTP/1.1\r\nHost: test\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// With a moment between them, so that most are read alone.
void send_byte_by_byte(http_client& c, std::string_view text) {
  for (const char byte : text) {
    c.send({&byte, 1});
    c.has_answer_within(std::chrono::milliseconds{1});
  }
}

std::string id_line(int i) {
  return "X-Request-ID: r" + std::to_string(i) + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_connection)

BOOST_AUTO_TEST_CASE(is_kept_for_further_requests) {
  sandbox_gateway g;
  http_client c(g.address());
  for (int i = 0; i < 5; ++i) BOOST_TEST(c.get("/healthz").status == 200U);
  BOOST_TEST(c.get("/nowhere").status == 404U);
  BOOST_TEST(c.post("/api/tpp/accounts").status == 401U);
  BOOST_TEST(c.get("/healthz").status == 200U);
  BOOST_TEST(g.metric("multipass_http_accepted_total{listener=\"public\"}") == 1);
}

// Answers from memory, from the store and from the parser, in the order of the requests.
BOOST_AUTO_TEST_CASE(answers_pipelined_requests_in_order) {
  sandbox_gateway g;
  const auto bearer = bearer_line(g.token());
  const auto unknown_code =
      "/api/client/token?clientId=username__1&accessCode=" + std::string(25, 'x');
  std::string burst;
  for (int i = 0; i < 100; i += 4) {
    burst += post_text("/api/tpp/accounts", bearer + id_line(i));
    burst += post_text("/nowhere", id_line(i + 1), "a=b");
    burst += post_text(unknown_code, id_line(i + 2));
    burst += post_text("/api/tpp/account?accountId=47669570047", bearer + id_line(i + 3));
  }
  http_client c(g.address());
  c.send(burst);
  for (int i = 0; i < 100; ++i) {
    const auto r = c.read();
    BOOST_TEST_CONTEXT("answer " << i << ": " << r.body) {
      BOOST_TEST(r.header("x-request-id") == "r" + std::to_string(i));
      const bool found = i % 4 == 0 || i % 4 == 3;
      BOOST_TEST(r.status == (found ? 200U : 404U));
      BOOST_TEST((r.body.find("Invalid access code") != std::string::npos) == (i % 4 == 2));
      BOOST_TEST((r.body.find("\"accounts\":[") != std::string::npos) == (i % 4 == 0));
    }
  }
}

// More answers than are kept before they are written, to requests that came in few reads.
BOOST_AUTO_TEST_CASE(answers_a_long_burst_to_its_end) {
  sandbox_gateway g;
  http_client c(g.address());
  std::string burst;
  for (int i = 0; i < 2000; ++i) burst += "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
  c.send(burst);
  for (int i = 0; i < 2000; ++i) BOOST_TEST_REQUIRE(c.read().status == 404U);
}

BOOST_AUTO_TEST_CASE(reads_requests_however_they_are_cut) {
  sandbox_gateway g;
  const auto bearer = bearer_line(g.token());
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const auto sized = post_text("/api/tpp/account", bearer + form, "accountId=47669570047");
  const auto chunked = "POST /api/tpp/account HTTP/1.1\r\nHost: a\r\n" + bearer + form +
                       "Transfer-Encoding: chunked\r\n\r\n"
                       "a\r\naccountId=\r\nb\r\n47669570047\r\n0\r\n\r\n";
  http_client c(g.address());
  for (const auto& text : {sized, chunked}) {
    send_byte_by_byte(c, text);
    const auto whole = c.read();
    BOOST_TEST(whole.status == 200U);
    for (std::size_t i = 1; i < text.size(); ++i) {
      c.send(std::string_view(text).substr(0, i));
      c.send(std::string_view(text).substr(i));
      BOOST_TEST_REQUIRE(c.read().body == whole.body);
    }
  }
}

// "0" CR LF CR LF in four pieces is all of a body: Beast 345 stumbles over it.
BOOST_AUTO_TEST_CASE(reads_an_empty_chunked_body_byte_by_byte) {
  sandbox_gateway g;
  http_client c(g.address());
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  send_byte_by_byte(c, text);
  BOOST_TEST(c.read().status == 404U);
  BOOST_TEST(c.get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(closes_when_asked_to) {
  sandbox_gateway g;
  http_client c(g.address());
  c.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + health);
  const auto r = c.read();
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(c.closed_by_peer());  // what stood behind is not answered
}

BOOST_AUTO_TEST_CASE(speaks_http_1_0) {
  sandbox_gateway g;
  http_client once(g.address());
  once.send("GET /healthz HTTP/1.0\r\n\r\n");
  BOOST_TEST(once.read().header("connection") == "close");
  BOOST_TEST(once.closed_by_peer());

  http_client kept(g.address());
  kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  BOOST_TEST(kept.read().header("connection") == "keep-alive");
  kept.send("GET /healthz HTTP/1.0\r\n\r\n");
  BOOST_TEST(kept.read().status == 200U);
  BOOST_TEST(kept.closed_by_peer());
}

BOOST_AUTO_TEST_CASE(answers_a_peer_that_sends_nothing_more) {
  sandbox_gateway g;
  http_client c(g.address());
  c.send(health + health);
  c.finish_sending();
  BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.closed_by_peer());
}

BOOST_AUTO_TEST_CASE(a_request_cut_off_is_not_answered) {
  sandbox_gateway g;
  for (const auto& whole : {health, post_text("/api/tpp/accounts", "", "abc")}) {
    http_client c(g.address());
    c.send(whole.substr(0, whole.size() - 1));
    c.finish_sending();
    BOOST_TEST(c.closed_by_peer());
  }
}

BOOST_AUTO_TEST_CASE(tells_a_waiting_peer_to_continue) {
  sandbox_gateway g;
  const auto header =
      "POST /api/tpp/accounts HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n";
  http_client c(g.address());
  c.send(std::string(header) + "\r\n");
  BOOST_TEST(c.read().status == 100U);
  c.send("{}");
  BOOST_TEST(c.read().status == 401U);
  c.send(std::string(header) + "\r\n{}");  // did not wait: nothing to say
  BOOST_TEST(c.read().status == 401U);
  c.send("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n");
  BOOST_TEST(c.read().status == 413U);
  BOOST_TEST(c.closed_by_peer());
}

// A header that ends wherever the buffer may end leaves room for its body.
BOOST_AUTO_TEST_CASE(a_body_behind_a_full_buffer_is_read) {
  sandbox_gateway g;
  const std::string ping = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ";
  const std::string body = "accessCode=x&clientId=username__1";
  const std::string last =
      "POST /api/client/token HTTP/1.1\r\nHost: a\r\nContent-Type: "
      "application/x-www-form-urlencoded\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  for (const std::size_t end :
       {8192U, 8193U, 16384U, 17400U, 17407U, 17408U, 24575U, 25599U, 25600U}) {
    BOOST_TEST_CONTEXT("the header ends at byte " << end) {
      http_client c(g.address());
      std::string all;
      std::size_t pings = 0;
      for (const std::size_t part = 400; all.size() + last.size() + part < end; ++pings) {
        const auto left = end - last.size() - all.size();
        const auto size = left < 2 * part ? left : part;
        all += ping + std::string(size - ping.size() - 4, 'x') + "\r\n\r\n";
      }
      BOOST_TEST_REQUIRE(all.size() + last.size() == end);
      c.send(all + last);
      for (std::size_t i = 0; i < pings; ++i) BOOST_TEST(c.read().status == 200U);
      c.send(body);
      BOOST_TEST(c.read().status == 404U);
    }
  }
}

BOOST_AUTO_TEST_CASE(trailers_behind_pipelined_requests_reach_their_limit) {
  sandbox_gateway g;
  http_client c(g.address());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(455, 'x') + "\r\n\r\n";
  }
  all += "POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: ";
  c.send(all + std::string(9000, 'b'));
  for (int i = 0; i < 20; ++i) BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.read().status == 431U);
  BOOST_TEST(c.closed_by_peer());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
