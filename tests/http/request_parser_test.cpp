#include "http/request_parser.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace multipass {
namespace {

using namespace std::string_literals;
using state = request_parser::state;

// Bytes as a session gives them: those not used come again, at the same place, with more behind.
struct feed {
  explicit feed(const http_limits& limits) : parser(limits) { bytes.reserve(1U << 20U); }

  state add(std::string_view more) {
    bytes += more;
    used += parser.parse(std::string_view(bytes).substr(used));
    return parser.now();
  }
  /// The next request, out of what is left.
  state next() {
    parser.start();
    return add({});
  }

  request_parser parser;
  std::string bytes;
  std::size_t used = 0;
};

const http_limits limits;

std::string post(const std::string& body, const std::string& fields = {}) {
  return "POST /a/b?c=d HTTP/1.1\r\nHost: test\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunked(const std::string& body, const std::string& fields = {}) {
  return "POST / HTTP/1.1\r\nHost: test\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n" + body;
}

void is_refused(std::string_view bytes, unsigned status, std::string_view message,
                const http_limits& l = limits) {
  feed f(l);
  BOOST_TEST((f.add(bytes) == state::refused));
  BOOST_TEST(f.parser.why().status == status);
  BOOST_TEST(f.parser.why().message == message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_request_parser)

BOOST_AUTO_TEST_CASE(reads_a_whole_request) {
  feed f(limits);
  BOOST_REQUIRE((f.add(post("hello",
                            "AUTHORIZATION: Bearer x\r\nContent-Type: text/plain\r\n"
                            "Cookie: a=b\r\nOrigin: http://o\r\npsu-ip-address: 10.0.0.1\r\n"
                            "x-request-id: r1\r\n")) == state::done));
  const auto& r = f.parser.current();
  BOOST_TEST((r.method == verb::post));
  BOOST_TEST(r.path == "/a/b");
  BOOST_TEST(r.query == "c=d");
  BOOST_TEST(r.body == "hello");
  BOOST_TEST(r.authorization == "Bearer x");
  BOOST_TEST(r.authorization_count == 1);
  BOOST_TEST(r.content_type == "text/plain");
  BOOST_TEST(r.cookie == "a=b");
  BOOST_TEST(r.origin == "http://o");
  BOOST_TEST(r.psu_ip_address == "10.0.0.1");
  BOOST_TEST(r.request_id == "r1");
  BOOST_TEST(f.used == f.bytes.size());
}

BOOST_AUTO_TEST_CASE(knows_the_methods_it_serves) {
  const std::vector<std::pair<std::string, verb>> methods{
      {"GET", verb::get},       {"HEAD", verb::head}, {"POST", verb::post},
      {"OPTIONS", verb::other}, {"get", verb::other}, {"POSTS", verb::other}};
  for (const auto& [text, method] : methods) {
    feed f(limits);
    BOOST_TEST_REQUIRE((f.add(text + " / HTTP/1.1\r\nHost: a\r\n\r\n") == state::done));
    BOOST_TEST((f.parser.current().method == method), text);
  }
}

// However the network cuts them, the same requests come out.
BOOST_AUTO_TEST_CASE(splits_make_no_difference) {
  const std::vector<std::string> requests{
      post("hello", "X-Request-ID: r1\r\n"),
      post(""),
      chunked("5\r\nhello\r\n0\r\n\r\n"),
      chunked("2;a=b\r\nhe\r\n3\r\nllo\r\n00\r\nX-Trailer: a\r\n\r\n"),
      chunked("0\r\n\r\n"),
      "GET / HTTP/1.1\r\nHost: test\r\n\r\n"};
  for (const auto& whole : requests) {
    feed at_once(limits);
    BOOST_TEST_REQUIRE((at_once.add(whole) == state::done));
    const auto same = [&](feed& f) {
      BOOST_TEST((f.parser.now() == state::done));
      BOOST_TEST(f.used == whole.size());
      BOOST_TEST(f.parser.current().body == at_once.parser.current().body);
      BOOST_TEST(f.parser.current().request_id == at_once.parser.current().request_id);
    };
    BOOST_TEST_CONTEXT(whole) {
      feed byte_by_byte(limits);
      for (const char c : whole) byte_by_byte.add({&c, 1});
      same(byte_by_byte);
      for (std::size_t i = 1; i < whole.size(); ++i) {
        feed in_two(limits);
        BOOST_TEST((in_two.add(std::string_view(whole).substr(0, i)) != state::done));
        in_two.add(std::string_view(whole).substr(i));
        same(in_two);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_stay_apart) {
  const auto one = chunked("3\r\none\r\n0\r\n\r\n", "Authorization: Bearer x\r\n");
  feed f(limits);
  BOOST_TEST_REQUIRE(
      (f.add(one + post("two") + "GET /three HTTP/1.1\r\nHost: a\r\n\r\n") == state::done));
  BOOST_TEST(f.parser.current().body == "one");
  BOOST_TEST(f.used == one.size());
  BOOST_TEST_REQUIRE((f.next() == state::done));
  BOOST_TEST(f.parser.current().body == "two");
  BOOST_TEST(f.parser.current().authorization == "");
  BOOST_TEST_REQUIRE((f.next() == state::done));
  BOOST_TEST(f.parser.current().path == "/three");
  BOOST_TEST(f.parser.current().body == "");
  BOOST_TEST(f.used == f.bytes.size());
}

BOOST_AUTO_TEST_CASE(keep_alive_is_the_default_of_1_1_and_asked_for_in_1_0) {
  const std::vector<std::tuple<std::string, std::string, bool>> rows{
      {"1.1", "", true},
      {"1.1", "Connection: close\r\n", false},
      {"1.1", "Connection: Close\r\n", false},
      {"1.1", "Connection: keep-alive, close\r\n", false},
      {"1.1", "Connection: keep-alive\r\nConnection: close\r\n", false},
      {"1.1", "Connection: Upgrade\r\n", true},
      {"1.0", "", false},
      {"1.0", "Connection: keep-alive\r\n", true},
      {"1.0", "Connection: Keep-Alive\r\n", true},
      {"1.0", "Connection: keep-alive, close\r\n", false},
      {"1.0", "Connection: keep-alive\r\nConnection: close\r\n", false},
      {"1.0", "Proxy-Connection: keep-alive\r\n", false},
      {"1.0", "Connection: close\r\n", false}};
  for (const auto& [version, fields, kept] : rows) {
    feed f(limits);
    BOOST_TEST_CONTEXT(version << " " << fields) {
      BOOST_TEST_REQUIRE(
          (f.add("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n") == state::done));
      BOOST_TEST(f.parser.keep_alive() == kept);
      BOOST_TEST(f.parser.is_http_1_0() == (version == "1.0"));
    }
  }
}

BOOST_AUTO_TEST_CASE(expect_waits_only_while_a_body_is_to_come) {
  feed f(limits);
  f.add("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  BOOST_TEST(f.parser.expects_continue());
  f.add("ab");
  BOOST_TEST(!f.parser.expects_continue());

  feed without_body(limits);
  without_body.add("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
  BOOST_TEST(!without_body.parser.expects_continue());

  feed old(limits);
  old.add("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  BOOST_TEST((old.parser.now() == state::body));
  BOOST_TEST(!old.parser.expects_continue());
}

BOOST_AUTO_TEST_CASE(a_body_is_bytes) {
  const auto body = "\0\r\n\r\n\xff"s;
  feed f(limits);
  BOOST_TEST_REQUIRE((f.add(post(body)) == state::done));
  BOOST_TEST(f.parser.current().body == body);
}

BOOST_AUTO_TEST_CASE(limits_hold_to_the_byte) {
  http_limits l;
  l.header = 200;
  l.request_line = 60;
  l.header_fields = 3;
  l.body = 10;
  const auto line_of = [](std::size_t n) {
    return "GET /" + std::string(n - 14, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  const auto header_of = [](std::size_t n) {
    const auto front = "GET / HTTP/1.1\r\nHost: a\r\nX: "s;
    return front + std::string(n - front.size() - 4, 'x') + "\r\n\r\n";
  };
  const auto fields = [](std::size_t n) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < n; ++i) text += "X: y\r\n";
    return text + "\r\n";
  };
  const auto fits = [&](const std::string& bytes) {
    feed f(l), slow(l);
    BOOST_TEST((f.add(bytes) == state::done), bytes);
    for (const char c : bytes) slow.add({&c, 1});
    BOOST_TEST((slow.parser.now() == state::done), bytes);
  };
  fits(line_of(60));
  is_refused(line_of(61), 414, "Request line is longer than this server reads", l);
  is_refused("GET /" + std::string(60, 'a'), 414, "Request line is longer than this server reads",
             l);
  fits(header_of(200));
  is_refused(header_of(201), 431, "Header is larger than this server reads", l);
  is_refused(header_of(201).substr(0, 201), 431, "Header is larger than this server reads", l);
  fits(fields(3));
  is_refused(fields(4), 431, "More header fields than this server reads", l);
  fits(post("0123456789"));
  is_refused(post("0123456789a"), 413, "Body is larger than this server reads", l);
}

// The peer need not send a body that cannot be accepted, nor wait for a time-out.
BOOST_AUTO_TEST_CASE(refuses_as_soon_as_no_further_byte_can_mend_it) {
  is_refused("GET / HTTP/1.1\n", 400, "Header lines must end in CR LF and not be folded");
  is_refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413,
             "Body is larger than this server reads");
  is_refused(chunked("10001\r\n"), 413, "Body is larger than this server reads");
}

// So that the refusal can go without a body, as every answer to HEAD does.
BOOST_AUTO_TEST_CASE(a_refused_head_request_is_known_as_one) {
  for (const auto& bytes :
       {"HEAD /"s + std::string(5000, 'a'), "HEAD / HTTP/1.1\r\nX: "s + std::string(9000, 'a'),
        "HEAD / HTTP/1.1\n"s, "HEAD a HTTP/1.1\r\nHost: a\r\n\r\n"s}) {
    feed f(limits);
    BOOST_TEST((f.add(bytes) == state::refused));
    BOOST_TEST((f.parser.current().method == verb::head));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_answer_repeats_only_what_was_sent) {
  feed f(limits);
  f.add("GET / HTTP/1.1\r\nX-Request-ID: mine\r\n\r\n");
  BOOST_TEST((f.parser.now() == state::refused));
  BOOST_TEST(f.parser.current().request_id == "mine");

  feed folded(limits);
  folded.add("GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mi\r\n ne\r\n\r\n");
  BOOST_TEST((folded.parser.now() == state::refused));
  BOOST_TEST(folded.parser.current().request_id == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
