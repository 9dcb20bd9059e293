// Requests that a balancer in front and the gateway might read differently, as raw bytes through a
// socket, each with another request behind it: one refusal, then the end. A second answer would be
// the smuggled request's.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

using namespace std::string_literals;

const std::string second = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

std::string with(const std::string& fields, const std::string& body) {
  return "POST /api/tpp/accounts HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return with("Transfer-Encoding: chunked\r\n", body);
}

std::size_t answers_in(const std::string& text) {
  std::size_t n = 0;
  for (auto at = text.find("HTTP/1.1 "); at != text.npos; at = text.find("HTTP/1.1 ", at + 1)) ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_framing)

BOOST_AUTO_TEST_CASE(one_refusal_and_the_end) {
  sandbox_gateway g;
  const std::vector<std::pair<std::string, std::string>> rows{
      {"gzip, framed by length", with("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello")},
      {"gzip alone", with("Transfer-Encoding: gzip\r\n", "")},
      {"gzip, chunked", with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {"chunked, chunked", with("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {"chunked twice",
       with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"identity and chunked",
       with("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"xchunked", with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"vertical tab", with("Transfer-Encoding: \x0b"
                            "chunked\r\n",
                            "0\r\n\r\n")},
      {"length, then chunked",
       with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"chunked, then length",
       with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
      {"blank before the colon", with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
      {"length with a blank before the colon", with("Content-Length : 5\r\n", "hello")},
      {"folded", with("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
      {"folded into another", with("X: y\r\n Content-Length: 5\r\n", "hello")},
      {"bare LF before the length", with("X: y\nContent-Length: 5\r\n", "hello")},
      {"bare CR before the length", with("X: y\rContent-Length: 5\r\n", "hello")},
      {"bare LF throughout", "GET /healthz HTTP/1.1\nHost: test\n\n"},
      {"two lengths", with("Content-Length: 5\r\nContent-Length: 0\r\n", "hello")},
      {"the same length twice", with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {"list of lengths", with("Content-Length: 5, 0\r\n", "hello")},
      {"signed length", with("Content-Length: +5\r\n", "hello")},
      {"padded length", with("Content-Length: 05\r\n", "hello")},
      {"hexadecimal length", with("Content-Length: 0x5\r\n", "hello")},
      {"chunked in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n"
       "\r\n0\r\n\r\n"},
      {"no Host", "GET /healthz HTTP/1.1\r\n\r\n"},
      {"two Hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"two Hosts in one", "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n"},
      {"Host with user info", "GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n"},
      {"Host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"absolute form", "GET http://other/healthz HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"NUL in a field", with("X: \0\r\n"s, "")},
      {"chunk size with a sign", chunked("+5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size beyond 64 bits", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"chunk longer than it says", chunked("3\r\nhello\r\n0\r\n\r\n")},
      {"chunk ended by a bare LF", chunked("5\r\nhello\n0\r\n\r\n")},
      {"chunk size ended by a bare LF", chunked("5\nhello\r\n0\r\n\r\n")},
      {"bare LF in an extension", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n")},
      {"bare LF in a quoted extension", chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n")},
      {"length in a trailer", chunked("5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n")},
      {"encoding in a trailer", chunked("5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n")},
  };
  for (const auto& [what, bytes] : rows) {
    http_client c(g.address());
    c.send(bytes + second);
    const auto text = c.read_to_end();
    BOOST_TEST_CONTEXT(what << ": " << text) {
      BOOST_TEST(answers_in(text) == 1U);
      BOOST_TEST(text.starts_with("HTTP/1.1 400 Bad Request\r\n"));
      BOOST_TEST(text.find("\r\nConnection: close\r\n") != text.npos);
    }
  }
}

// The same, where nothing is wrong: two answers.
BOOST_AUTO_TEST_CASE(what_is_plain_is_served) {
  sandbox_gateway g;
  for (const auto& bytes :
       {with("Content-Length: 0\r\n", ""), chunked("0\r\n\r\n"), chunked("0\r\nX: y\r\n\r\n"),
        with("TRANSFER-ENCODING: Chunked\r\n", "0;a=\"b\"\r\n\r\n"),
        "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"s}) {
    http_client c(g.address());
    c.send(bytes + second);
    c.finish_sending();
    const auto text = c.read_to_end();
    BOOST_TEST(answers_in(text) == 2U, bytes);
  }
}

BOOST_AUTO_TEST_CASE(a_trailer_is_no_credential) {
  sandbox_gateway g;
  const auto bearer = bearer_line(g.token());
  http_client c(g.address());
  c.send(chunked("0\r\n" + bearer + "\r\n"));
  BOOST_TEST(c.read().status == 401U);
  c.send(with(bearer + "Transfer-Encoding: chunked\r\n",
              "0\r\nAuthorization: Bearer " + std::string(25, 'x') + "\r\n\r\n"));
  BOOST_TEST(c.read().status == 200U);
}

// An answered request leaves nothing behind for the next one on the same connection.
BOOST_AUTO_TEST_CASE(a_credential_is_for_one_request) {
  sandbox_gateway g;
  http_client c(g.address());
  c.send(with(bearer_line(g.token()) + "Content-Length: 0\r\n", "") +
         with("Content-Length: 0\r\n", ""));
  BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.read().status == 401U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
