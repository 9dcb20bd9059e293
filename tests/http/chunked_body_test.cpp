// The request parser over chunked bodies: where another reader of the same bytes might see the end
// of the body elsewhere, there is no body.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "http/request_parser.hpp"

namespace multipass {
namespace {

using namespace std::string_literals;
using state = request_parser::state;

const http_limits limits;

struct parsed {
  parsed(const std::string& body, std::size_t step, const http_limits& l = limits)
      : bytes(
            "POST / HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer mine\r\n"
            "Transfer-Encoding: chunked\r\n\r\n" +
            body),
        parser(l) {
    for (std::size_t there = 0; there < bytes.size() && is_open();) {
      there = std::min(there + step, bytes.size());
      used += parser.parse(std::string_view(bytes).substr(used, there - used));
    }
  }
  bool is_open() const { return parser.now() != state::done && parser.now() != state::refused; }

  std::string bytes;
  request_parser parser;
  std::size_t used = 0;
};

constexpr std::size_t whole = 1U << 20U;

void is_refused(const std::string& body, unsigned status, std::string_view message,
                const http_limits& l = limits) {
  for (const auto step : {whole, std::size_t{1}}) {
    const parsed p(body, step, l);
    BOOST_TEST_CONTEXT(body << " by " << step) {
      BOOST_TEST((p.parser.now() == state::refused));
      BOOST_TEST(p.parser.why().status == status);
      BOOST_TEST(p.parser.why().message == message);
    }
  }
}

std::string read(const std::string& body, const http_limits& l = limits) {
  parsed p(body, whole, l), slow(body, 1, l);
  BOOST_TEST((p.parser.now() == state::done), body);
  BOOST_TEST((slow.parser.now() == state::done), body);
  if (p.is_open()) return {};
  BOOST_TEST(p.used == p.bytes.size());
  BOOST_TEST(slow.parser.current().body == p.parser.current().body);
  BOOST_TEST(p.parser.current().authorization == "Bearer mine");
  BOOST_TEST(p.parser.current().authorization_count == 1);
  return std::string(p.parser.current().body);
}

constexpr auto malformed = "Chunked body is malformed";

}  // namespace

BOOST_AUTO_TEST_SUITE(http_chunked_body)

BOOST_AUTO_TEST_CASE(chunks_become_one_body) {
  BOOST_TEST(read("0\r\n\r\n") == "");
  BOOST_TEST(read("3\r\nabc\r\n0\r\n\r\n") == "abc");
  BOOST_TEST(read("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n") == "abc0123456789");
  BOOST_TEST(read("003\r\nabc\r\n000\r\n\r\n") == "abc");
  BOOST_TEST(read("2\r\n\r\n\r\n0\r\n\r\n") == "\r\n");
}

BOOST_AUTO_TEST_CASE(extensions_are_read_and_forgotten) {
  BOOST_TEST(read("3;a\r\nabc\r\n0\r\n\r\n") == "abc");
  BOOST_TEST(read("3;a=b;c=\"d;e\"\r\nabc\r\n0;f=g\r\n\r\n") == "abc");
  is_refused("3 a\r\nabc\r\n0\r\n\r\n", 400, malformed);
  is_refused("3;\r\nabc\r\n0\r\n\r\n", 400, malformed);
  is_refused("3;a\nb\r\nabc\r\n0\r\n\r\n", 400, malformed);
  is_refused("3;a=\"\n\"\r\nabc\r\n0\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0;a=\"\n\"\r\n\r\n", 400, malformed);
  is_refused("3;a=\"\0\"\r\nabc\r\n0\r\n\r\n"s, 400, malformed);
  is_refused("3;a=\"\r\n", 400, malformed);  // no further byte can mend it
  is_refused("3;a=\"\\\"\r\n", 400, malformed);
  is_refused("0;a=\"\r\n", 400, malformed);
  BOOST_TEST(read("3;a=\"\\\"\"\r\nabc\r\n0\r\n\r\n") == "abc");
}

BOOST_AUTO_TEST_CASE(a_chunk_is_as_long_as_it_says) {
  for (const std::string chunk :
       {"g", "0x3\r\nabc", "+3\r\nabc", "-3\r\nabc", " 3\r\nabc", "3 \r\nabc", "\r\n", "3\r\nabcd",
        "3\r\nab", "10000000000000003\r\nabc", "3\rabc", "3\nabc"}) {
    is_refused(chunk + "\r\n0\r\n\r\n", 400, malformed);
  }
  is_refused("3\r\nabc0\r\n\r\n", 400, malformed);
  is_refused("3\nabc\n0\n\n", 400, malformed);
  is_refused("3\r\nabc\n0\n\nGET", 400, malformed);
  is_refused("3\r\nabc\r\n0\n\n", 400, malformed);
}

BOOST_AUTO_TEST_CASE(trailers_never_become_header_fields) {
  BOOST_TEST(read("3\r\nabc\r\n0\r\nX-A: b\r\n\r\n") == "abc");
  BOOST_TEST(read("3\r\nabc\r\n0\r\nAuthorization: Bearer theirs\r\n\r\n") == "abc");
  BOOST_TEST(read("3\r\nabc\r\n0\r\nHost: a\r\nHost: b\r\nExpect: x\r\n\r\n") == "abc");
  is_refused("3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0\r\nX-A : b\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0\r\nX-A: \x01\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0\r\nX-A: b\nX-B: c\r\n\r\n", 400, malformed);
  is_refused("3\r\nabc\r\n0\r\nX-A: b\r\n c\r\n\r\n", 400, malformed);
  BOOST_TEST(parsed("0\r\nConnection: close\r\n\r\n", whole).parser.keep_alive());
  BOOST_TEST(read("0\r\nX-A: \"\r\n\r\n") == "");
}

BOOST_AUTO_TEST_CASE(limits_hold_to_the_byte) {
  http_limits l;
  l.body = 10;
  l.chunk_header = 20;
  l.header_fields = 5;
  l.header = 200;
  constexpr auto large = "Body is larger than this server reads";
  BOOST_TEST(read("4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n", l) == "0123456789");
  is_refused("4\r\n0123\r\n7\r\n4567890\r\n0\r\n\r\n", 413, large, l);
  is_refused("ffffffffffffffff\r\n", 413, large, l);

  constexpr auto long_line = "Chunk header is longer than this server reads";
  const auto extended = [](char size, std::size_t n) {
    return size + ";"s + std::string(n - 2, 'a') + "\r\n";
  };
  BOOST_TEST(
      read(extended('1', 20) + "a\r\n" + extended('1', 20) + "b\r\n" + extended('0', 20) + "\r\n",
           l) == "ab");
  is_refused(extended('1', 21) + "a\r\n0\r\n\r\n", 400, long_line, l);
  is_refused("1\r\na\r\n" + extended('1', 21) + "b\r\n0\r\n\r\n", 400, long_line, l);
  is_refused("1\r\na\r\n" + extended('0', 21) + "\r\n", 400, long_line, l);
  is_refused(std::string(20, '0') + "1\r\na\r\n0\r\n\r\n", 400, long_line, l);
  is_refused("1;" + std::string(300, 'a'), 400, long_line, l);  // and no end in sight
  is_refused(extended('0', 21) + "X: y", 400, long_line, l);

  // Three fields stand in the header.
  BOOST_TEST(read("0\r\nX: y\r\nX: y\r\n\r\n", l) == "");
  is_refused("0\r\nX: y\r\nX: y\r\nX: y\r\n\r\n", 431, "More header fields than this server reads",
             l);
  constexpr auto large_trailers = "Trailers are larger than this server reads";
  is_refused("0\r\nX: " + std::string(300, 'y'), 431, large_trailers, l);
  const auto trailers = [](std::size_t n) {
    return "0\r\nX: " + std::string(n - 10, 'y') + "\r\n\r\n";
  };
  BOOST_TEST(read(trailers(200), l) == "");
  BOOST_TEST(read("1\r\na\r\n" + trailers(200), l) == "a");
  is_refused(trailers(201), 431, large_trailers, l);
  is_refused("1\r\na\r\n" + trailers(201), 431, large_trailers, l);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
