// The fast way beside the way through Beast: whatever the fast way accepts, Beast and the framing
// guard accept with the same outcome. The parser tries the fast way once per request, so a request
// whose first byte comes alone takes the other.
#include "http/plain_request.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "http/request_parser.hpp"

namespace multipass {
namespace {

const http_limits limits{
    .header = 512, .request_line = 128, .header_fields = 12, .body = 600, .json_depth = 3};

plain read(std::string_view bytes) {
  request_head head;
  request parts;
  return read_plain_request(bytes, limits, head, parts);
}

struct outcome {
  request_parser::state state;
  std::size_t used = 0;
  bool keep_alive = false;
  unsigned status = 0;
  std::string message;
  std::vector<std::string> parts;
  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome outcome_of(request_parser& p, std::size_t used) {
  using state = request_parser::state;
  outcome o{p.now(), used, p.keep_alive(), 0, {}, {}};
  if (o.state == state::refused) {
    o.status = p.why().status;
    o.message = p.why().message;
  }
  if (o.state != state::done) return o;
  const auto& r = p.current();
  o.parts = {std::to_string(static_cast<int>(r.method)),
             std::to_string(r.authorization_count),
             std::to_string(p.header_size()),
             std::to_string(p.is_http_1_0()),
             std::string(r.path),
             std::string(r.query),
             std::string(r.body),
             std::to_string(r.max_json_depth),
             std::string(r.authorization),
             std::string(r.content_type),
             std::string(r.cookie),
             std::string(r.origin),
             std::string(r.sec_fetch_site),
             std::string(r.psu_ip_address),
             std::to_string(r.forwarded_for_count) + std::string(r.forwarded_for[0]) +
                 std::string(r.forwarded_for[3]),
             std::string(r.request_id)};
  return o;
}

outcome at_once(const std::string& bytes) {
  request_parser p(limits);
  const auto used = p.parse(bytes);
  return outcome_of(p, used);
}

outcome through_beast(const std::string& bytes) {
  request_parser p(limits);
  const std::string_view all = bytes;
  auto used = p.parse(all.substr(0, 1));
  used += p.parse(all.substr(used));
  return outcome_of(p, used);
}

using dice = std::mt19937_64;

std::size_t roll(dice& d, std::size_t sides) {
  return std::uniform_int_distribution<std::size_t>(0, sides - 1)(d);
}

// From the first `tame` of them only, when that is not 0.
template <std::size_t N>
std::string one_of(dice& d, const std::array<const char*, N>& from, std::size_t tame = 0) {
  return from[roll(d, tame == 0 ? N : tame)];
}

constexpr std::array methods{"POST ", "GET ", "HEAD ", "get ", "PUT ", "POST  "};
constexpr std::array targets{"/",   "/a?b=c", "/a%20b",    "/a#b",   "*",    "//h/x",
                             "/\"", "/\xc3",  "http://h/", "/a?b?c", "/a|b", ""};
constexpr std::array versions{" HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/1.1\n", " HTTP/1.1 \r\n"};
constexpr std::array names{"Authorization",
                           "Connection",
                           "Content-Length",
                           "X-Request-ID",
                           "X-Forwarded-For",
                           "Cookie",
                           "X-Anything",
                           "Accept",
                           "Origin",
                           "Sec-Fetch-Site",
                           "PSU-IP-Address",
                           "Content-Type",
                           "Host",
                           "hOST",
                           "connection",
                           "x-request-id",
                           "Expect",
                           "Upgrade",
                           "Transfer-Encoding",
                           "Proxy-Connection",
                           "Host ",
                           " Folded",
                           "\tFolded",
                           "X(",
                           "",
                           "X-Request_ID"};
constexpr std::array values{
    "0",    "keep-alive", "CLOSE",         "",        "Bearer gbOyNBXkxceJDGBsz9onYsXK5",
    "a b ", "\xc3\xa9",   "close",         "test",    "h:x",
    "00",   "5",          "Keep-Alive, x", "chunked", "127.0.0.1:80",
    "a\tb", "a\rb",       "a\x7f",         "[::1]",   "100-continue"};
constexpr std::array separators{": ", ":", ":   ", ":\t", " : ", ""};
constexpr std::array ends{"\r\n", " \r\n", "\t\r\n", "\n", "\r"};

// Half of them nearly plain, the others with anything near the edge of plain.
std::string make_request(dice& d) {
  const bool tame = roll(d, 2) == 0;
  const auto up_to = [tame](std::size_t n) { return tame ? n : 0; };
  std::string r = one_of(d, methods, up_to(2)) + one_of(d, targets, up_to(3));
  r += one_of(d, versions, up_to(1));
  if (tame || roll(d, 4) != 0) r += "Host: test\r\n";
  for (auto fields = roll(d, tame ? 5 : 15); fields > 0; --fields) {
    r += one_of(d, names, up_to(12)) + one_of(d, separators, up_to(3));
    r += one_of(d, values, up_to(7)) + one_of(d, ends, up_to(2));
  }
  if (roll(d, 3) == 0) r += "Content-Length: " + std::to_string(roll(d, 20)) + "\r\n";
  r += roll(d, 20) == 0 ? "\n" : "\r\n";
  if (roll(d, 3) == 0) r += "token=text";
  return r + (roll(d, 3) == 0 ? "GET /next" : "");
}

void mutate(dice& d, std::string& r) {
  for (auto changes = roll(d, 3); changes > 0 && !r.empty(); --changes) {
    const auto at = roll(d, r.size());
    switch (roll(d, 4)) {
      case 0:
        r[at] = static_cast<char>(roll(d, 256));
        break;
      case 1:
        r.erase(at, 1 + roll(d, 4));
        break;
      case 2:
        r.insert(at, 1, static_cast<char>(roll(d, 256)));
        break;
      default:
        r.insert(at, r.substr(roll(d, r.size()), roll(d, 200)));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_plain_request)

BOOST_AUTO_TEST_CASE(what_clients_send_is_plain) {
  const std::string line = "POST /api/tpp/accounts?a=b HTTP/1.1\r\n";
  BOOST_TEST((read(line + "Host: a\r\n\r\n") == plain::keep_alive));
  BOOST_TEST((read(line + "host:a:80\r\nContent-Length: 0\r\nAccept: */*\r\n\r\nPOST") ==
              plain::keep_alive));
  BOOST_TEST((read(line + "Host: a\r\nConnection: Keep-Alive\r\n\r\n") == plain::keep_alive));
  BOOST_TEST((read(line + "Host: a\r\nConnection: close\r\n\r\n") == plain::close));
  BOOST_TEST((read("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x (y; z) \xc3\xa9\r\n\r\n") ==
              plain::keep_alive));
}

BOOST_AUTO_TEST_CASE(a_short_body_that_is_wholly_there_is_plain) {
  const std::string front = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  request_parser p(limits);
  const auto whole = front + "5\r\n\r\nhello";
  const auto received = whole + "POST";  // outlives the parser's views of it
  BOOST_TEST(p.parse(received) == whole.size());
  BOOST_TEST((p.now() == request_parser::state::done));
  BOOST_TEST(p.current().body == "hello");
  BOOST_TEST((read(whole) == plain::keep_alive));
  BOOST_TEST((read(front + "5\r\n\r\nhell") == plain::no));
  for (const auto* unusual : {"05", "+5", "5 5", "5,5", "0x5", "", "-5"}) {
    BOOST_TEST((read(front + unusual + "\r\n\r\nhello") == plain::no), unusual);
  }
  const auto with_body = [&](std::size_t size) {
    return front + std::to_string(size) + "\r\n\r\n" + std::string(size, 'b');
  };
  BOOST_TEST((read(with_body(limits.body)) == plain::keep_alive));
  BOOST_TEST((read(with_body(limits.body + 1)) == plain::no));
}

BOOST_AUTO_TEST_CASE(anything_else_is_left_to_beast) {
  const std::string good = "POST / HTTP/1.1\r\nHost: a\r\n";
  for (const auto& fields : std::vector<std::string>{
           "", "\n", "Content-Length: 1\r\n\r\n", "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n", "Expect: 100-continue\r\n\r\n", "Host: a\r\n\r\n",
           "Connection: upgrade\r\n\r\n", "Upgrade: h2c\r\n\r\n", "A : b\r\n\r\n",
           "A: b\r\n c\r\n\r\n", "A: b\tc\r\n\r\n", "A: b\n\r\n", "A: b\rc\r\n\r\n", ": b\r\n\r\n",
           "A\r\n\r\n"}) {
    BOOST_TEST_CONTEXT(fields) {
      BOOST_TEST((read(good + fields) == plain::no));
    }
  }
  for (const auto& whole : std::vector<std::string>{
           "POST / HTTP/1.0\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\n\r\n",
           "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "POST * HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST /a#b HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    BOOST_TEST_CONTEXT(whole) {
      BOOST_TEST((read(whole) == plain::no));
    }
  }
}

BOOST_AUTO_TEST_CASE(limits_are_left_to_beast) {
  const std::string end = " HTTP/1.1\r\nHost: a\r\n";
  const std::string longest = "GET /" + std::string(128 - 14, 'a') + end;
  BOOST_TEST((read(longest + "\r\n") == plain::keep_alive));
  BOOST_TEST((read("GET /" + std::string(128 - 13, 'a') + end + "\r\n") == plain::no));

  std::string fields;
  for (int i = 0; i < 11; ++i) fields += "A: b\r\n";
  BOOST_TEST((read("GET /" + end + fields + "\r\n") == plain::keep_alive));
  BOOST_TEST((read("GET /" + end + fields + "A: b\r\n\r\n") == plain::no));

  const std::string front = "GET /" + end + "A: ";
  const auto room = limits.header - front.size() - 4;
  BOOST_TEST((read(front + std::string(room, 'b') + "\r\n\r\n") == plain::keep_alive));
  BOOST_TEST((read(front + std::string(room + 1, 'b') + "\r\n\r\n") == plain::no));
}

BOOST_AUTO_TEST_CASE(both_ways_end_the_same) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  dice d(seed);
  std::size_t plain_ones = 0;
  for (int i = 0; i < 100'000; ++i) {
    auto bytes = make_request(d);
    mutate(d, bytes);
    if (bytes.size() < 2) continue;
    if (read(bytes) != plain::no) ++plain_ones;
    const bool same = at_once(bytes) == through_beast(bytes);
    if (!same) BOOST_TEST(same, "seed " << seed << ", request " << i << ": " << bytes);
  }
  BOOST_TEST(plain_ones > 5000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
