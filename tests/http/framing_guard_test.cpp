// Headers as bytes, through parser and guard together: what stands in front of a body decides where
// the next request begins, so that nothing here may depend on who reads it. What Beast refuses by
// itself is given to the guard alone too, which must hold without that help.
#include "http/framing_guard.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "http/request_parser.hpp"

namespace multipass {
namespace {

using namespace std::string_literals;

struct row {
  std::string what;
  std::string header;
  unsigned status = 0;  // 0: accepted
  std::string message{};
};

constexpr auto lines = "Header lines must end in CR LF and not be folded";
constexpr auto lengths = "Content-Length must be one decimal number";
constexpr auto beast_lengths =
    "Content-Length must be one decimal number, without Transfer-Encoding";
constexpr auto chunked_only = "Transfer-Encoding must be chunked and nothing else";
constexpr auto bad_name = "A header field's name is malformed";
constexpr auto bad_value = "A header field's value is malformed";
constexpr auto bad_line = "Request line is malformed";
constexpr auto bad_target = "Request target is malformed";
constexpr auto not_a_path = "Request target must be a path";
constexpr auto bad_host = "Host is malformed";
constexpr auto bad_version = "HTTP version must be 1.0 or 1.1";

std::string with(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n";
}

std::string to(const std::string& request_line, const std::string& host = "Host: test\r\n") {
  return request_line + "\r\n" + host + "\r\n";
}

std::string at_host(const std::string& host) {
  return to("GET / HTTP/1.1", "Host: " + host + "\r\n");
}

void check(const std::vector<row>& rows) {
  const http_limits limits;
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      request_parser parser(limits);
      parser.parse(r.header);
      const bool refused = parser.now() == request_parser::state::refused;
      BOOST_TEST(refused == (r.status != 0));
      if (!refused || r.status == 0) continue;
      BOOST_TEST(parser.why().status == r.status);
      BOOST_TEST(parser.why().message == r.message);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_framing_guard)

BOOST_AUTO_TEST_CASE(one_way_to_say_chunked) {
  check({
      {"chunked", with("Transfer-Encoding: chunked\r\n")},
      {"in capitals", with("TRANSFER-ENCODING: Chunked\r\n")},
      {"with blanks around", with("Transfer-Encoding: \t chunked \t\r\n")},
      {"gzip", with("Transfer-Encoding: gzip\r\n"), 400, chunked_only},
      {"gzip first", with("Transfer-Encoding: gzip, chunked\r\n"), 400, chunked_only},
      {"twice in a list", with("Transfer-Encoding: chunked, chunked\r\n"), 400, chunked_only},
      {"not last", with("Transfer-Encoding: chunked, identity\r\n"), 400, chunked_only},
      {"identity", with("Transfer-Encoding: identity\r\n"), 400, chunked_only},
      {"parameter", with("Transfer-Encoding: chunked;q=1\r\n"), 400, chunked_only},
      {"quoted", with("Transfer-Encoding: \"chunked\"\r\n"), 400, chunked_only},
      {"misspelt", with("Transfer-Encoding: xchunked\r\n"), 400, chunked_only},
      {"empty", with("Transfer-Encoding:\r\n"), 400, chunked_only},
      {"comma", with("Transfer-Encoding: chunked,\r\n"), 400, chunked_only},
      {"two fields", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400,
       chunked_only},
      {"two fields, one odd", with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
       400, chunked_only},
      {"HTTP/1.0", "POST / HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
       "Transfer-Encoding needs HTTP/1.1"},
  });
}

BOOST_AUTO_TEST_CASE(one_way_to_say_a_length) {
  check({
      {"none", with("")},
      {"zero", with("Content-Length: 0\r\n")},
      {"five", with("Content-Length:5\r\n")},
      {"different", with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400, beast_lengths},
      {"the same twice", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400,
       "Content-Length appears more than once"},
      {"list", with("Content-Length: 5, 5\r\n"), 400, lengths},
      {"signed", with("Content-Length: +5\r\n"), 400, beast_lengths},
      {"negative", with("Content-Length: -5\r\n"), 400, beast_lengths},
      {"padded", with("Content-Length: 05\r\n"), 400, lengths},
      {"hexadecimal", with("Content-Length: 0x5\r\n"), 400, beast_lengths},
      {"two words", with("Content-Length: 5 5\r\n"), 400, beast_lengths},
      {"empty", with("Content-Length:\r\n"), 400, beast_lengths},
      {"beyond 64 bits", with("Content-Length: 99999999999999999999\r\n"), 400, beast_lengths},
      {"19 digits", with("Content-Length: 1000000000000000000\r\n"), 400, lengths},
      {"chunked, length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400,
       beast_lengths},
      {"length, chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400,
       chunked_only},
      {"gzip, length", with("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), 400,
       "Transfer-Encoding and Content-Length exclude each other"},
  });
}

BOOST_AUTO_TEST_CASE(one_way_to_end_a_line) {
  check({
      {"blank before the colon", with("Transfer-Encoding : chunked\r\n"), 400, bad_name},
      {"tab before the colon", with("Content-Length\t: 5\r\n"), 400, bad_name},
      {"field without a name", with(": 5\r\n"), 400, bad_name},
      {"line without a colon", with("Content-Length 5\r\n"), 400, bad_name},
      {"folded field", with("X-A: b\r\n c\r\n"), 400, lines},
      {"folded with a tab", with("Transfer-Encoding:\r\n\tchunked\r\n"), 400, lines},
      {"folded into nothing", with("X-A: b\r\n \r\n"), 400, lines},
      {"blank before the first field", "GET / HTTP/1.1\r\n Host: test\r\n\r\n", 400, bad_name},
      {"LF behind the request line", "GET / HTTP/1.1\nHost: test\r\n\r\n", 400, lines},
      {"LF behind a field", with("X-A: b\nContent-Length: 5\r\n"), 400, lines},
      {"LF in place of the empty line", "GET / HTTP/1.1\r\nHost: test\r\n\n", 400, lines},
      {"LF at once", "\n", 400, lines},
      {"CR in a value", with("X-A: b\rContent-Length: 5\r\n"), 400, lines},
      {"CR twice", with("X-A: b\r\r\n"), 400, lines},
      {"CR behind the request line", "GET / HTTP/1.1\rHost: test\r\n\r\n", 400, bad_line},
      {"empty line in front", "\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n", 400,
       "Request method is malformed"},
  });
}

BOOST_AUTO_TEST_CASE(one_host) {
  check({
      {"name", at_host("bank.example")},
      {"name and port", at_host("bank.example:8080")},
      {"IPv4", at_host("127.0.0.1:65535")},
      {"IPv6", at_host("[::1]:8080")},
      {"underscore", at_host("gateway_1")},
      {"none in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"},
      {"none", "GET / HTTP/1.1\r\n\r\n", 400, "Host is missing"},
      {"two", to("GET / HTTP/1.1", "Host: a\r\nHost: b\r\n"), 400, "Host appears more than once"},
      {"the same twice", to("GET / HTTP/1.1", "Host: a\r\nhost: a\r\n"), 400,
       "Host appears more than once"},
      {"two in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400,
       "Host appears more than once"},
      {"list", at_host("a, b"), 400, bad_host},
      {"user info", at_host("user@bank.example"), 400, bad_host},
      {"path", at_host("bank.example/x"), 400, bad_host},
      {"query", at_host("bank.example?x"), 400, bad_host},
      {"scheme", at_host("http://bank.example"), 400, bad_host},
      {"two words", at_host("a b"), 400, bad_host},
      {"percent", at_host("a%2eb"), 400, bad_host},
      {"empty", at_host(""), 400, bad_host},
      {"port only", at_host(":80"), 400, bad_host},
      {"no port behind the colon", at_host("a:"), 400, bad_host},
      {"port in letters", at_host("a:http"), 400, bad_host},
      {"port of six digits", at_host("a:100000"), 400, bad_host},
      {"open bracket", at_host("[::1"), 400, bad_host},
      {"not IPv6 in brackets", at_host("[a b]"), 400, bad_host},
      {"text behind the bracket", at_host("[::1]x"), 400, bad_host},
      {"not ASCII", at_host("b\xc3\xa4nk.example"), 400, bad_host},
  });
}

BOOST_AUTO_TEST_CASE(no_control_characters) {
  check({
      {"tab in a value", with("X-A: b\tc\r\n")},
      {"UTF-8 in a value", with("X-A: b\xc3\xa4\r\n")},
      {"NUL in a value", with("X-A: b\0c\r\n"s), 400, bad_value},
      {"NUL in a name", with("X\0A: b\r\n"s), 400, bad_name},
      {"0x01 in a value", with("X-A: \x01\r\n"), 400, bad_value},
      {"DEL in a value", with("X-A: \x7f\r\n"), 400, bad_value},
      {"vertical tab behind chunked", with("Transfer-Encoding: chunked\x0b\r\n"), 400, bad_value},
      {"NUL in the target", to("GET /\0 HTTP/1.1"s), 400, bad_target},
      {"NUL in the method", to("G\0T / HTTP/1.1"s), 400, "Request method is malformed"},
  });
}

BOOST_AUTO_TEST_CASE(the_request_line) {
  check({
      {"path", to("GET /a/b?c=d&e HTTP/1.1")},
      {"HTTP/1.0", to("GET / HTTP/1.0")},
      {"another method", to("PURGE / HTTP/1.1")},
      {"absolute form", to("GET http://test/ HTTP/1.1"), 400, not_a_path},
      {"authority form", to("CONNECT test:443 HTTP/1.1"), 400, not_a_path},
      {"asterisk form", to("OPTIONS * HTTP/1.1"), 400, not_a_path},
      {"no leading slash", to("GET a HTTP/1.1"), 400, not_a_path},
      {"fragment", to("GET /a#b HTTP/1.1"), 400, not_a_path},
      {"not ASCII", to("GET /\xc3\xa4 HTTP/1.1"), 400, not_a_path},
      {"tab in the target", to("GET /a\tb HTTP/1.1"), 400, bad_target},
      {"no target", to("GET  HTTP/1.1"), 400, bad_target},
      {"two targets", to("GET /a /b HTTP/1.1"), 400, bad_line},
      {"blank behind the version", to("GET / HTTP/1.1 "), 400, bad_line},
      {"no version", to("GET /"), 400, bad_target},
      {"HTTP/0.9", to("GET / HTTP/0.9"), 505, bad_version},
      {"HTTP/1.2", to("GET / HTTP/1.2"), 505, bad_version},
      {"HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, bad_version},
      {"version of two digits", to("GET / HTTP/1.10"), 400, bad_line},
      {"version in small letters", to("GET / http/1.1"), 400, bad_line},
      {"another protocol", to("GET / HTTQ/1.1"), 400, bad_line},
      {"method with a separator", to("GE(T / HTTP/1.1"), 400, "Request method is malformed"},
      {"expectation", with("Expect: 100-Continue\r\nContent-Length: 1\r\n")},
      {"unknown expectation", with("Expect: 200-ok\r\n"), 417,
       "Only Expect: 100-continue is understood"},
      {"unknown expectation before a known one", with("Expect: 200-ok\r\nExpect: 100-continue\r\n"),
       417, "Only Expect: 100-continue is understood"},
  });
}

// What Beast refuses today is the guard's to refuse as well.
BOOST_AUTO_TEST_CASE(the_guard_does_not_rely_on_the_parser) {
  request_head fine;
  fine.raw = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
  fine.target = "/";
  fine.fields = fine.hosts = 1;
  fine.host = "test";
  BOOST_TEST(!check_framing(fine));

  const auto refuses = [&](auto change, std::string_view message) {
    auto head = fine;
    change(head);
    const auto refused = check_framing(head);
    BOOST_TEST_CONTEXT(message) {
      BOOST_REQUIRE(refused);
      BOOST_TEST(refused->message == message);
    }
  };
  refuses([](auto& h) { h.version = 20; }, bad_version);
  refuses([](auto& h) { h.version = 9; }, bad_version);
  refuses([](auto& h) { h.raw = "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n"; }, lines);
  refuses([](auto& h) { h.raw = "GET / HTTP/1.1\r\nHost: a\nb\r\n\r\n"; }, lines);
  refuses([](auto& h) { h.raw = "GET / HTTP/1.1\r\nHost: a\x7f\r\n\r\n"; },
          "Control character in the header");
  refuses(
      [](auto& h) {
        h.raw = {"GET / HTTP/1.1\r\nHost: \0\r\n\r\n", 27};
      },
      "Control character in the header");
  refuses([](auto& h) { h.target = ""; }, not_a_path);
  refuses([](auto& h) { h.target = "/a b"; }, not_a_path);
  const auto length = [](std::string_view text) {
    return [text](auto& h) {
      h.content_lengths = 1;
      h.content_length = text;
    };
  };
  for (const auto text : {"", "+1", "-1", "0x1", "1 1", "1, 1", "01", "9999999999999999999"}) {
    refuses(length(text), lengths);
  }
  refuses([](auto& h) { h.content_lengths = 2; }, "Content-Length appears more than once");
  const auto both = [](auto& h) {
    h.content_lengths = h.transfer_encodings = 1;
    h.content_length = "1";
    h.transfer_encoding = "chunked";
  };
  refuses(both, "Transfer-Encoding and Content-Length exclude each other");
  const auto two_encodings = [](auto& h) {
    h.transfer_encodings = 2;
    h.transfer_encoding = "chunked";
  };
  refuses(two_encodings, chunked_only);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
