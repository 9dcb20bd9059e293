// tests/framing/rows.json, each request through a socket in three ways: at once, in a segment for
// each byte, and behind another request. The same answers, and the connection left in the same way.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

struct row {
  std::string name, bytes;
  std::vector<unsigned> statuses;
  std::string end;
};

bool is_head(const row& r) {
  return r.bytes.starts_with("HEAD ");
}

// A text, or a list in which [n, "text"] is n times the text.
std::string expanded(const boost::json::value& text) {
  if (text.is_string()) return std::string(text.get_string());
  std::string all;
  for (const auto& part : text.as_array()) {
    const bool repeated = part.is_array();
    const auto& once = repeated ? part.get_array().at(1).as_string() : part.as_string();
    for (auto n = repeated ? part.get_array().at(0).as_int64() : 1; n > 0; --n) all += once;
  }
  return all;
}

// Each character below U+0100, in UTF-8, as one byte.
std::string bytes_of(std::string_view latin_1) {
  std::string bytes;
  for (std::size_t i = 0; i < latin_1.size(); ++i) {
    const auto c = static_cast<unsigned char>(latin_1[i]);
    if (c < 0x80) {
      bytes += latin_1[i];
    } else {
      const auto low = static_cast<unsigned char>(latin_1.at(++i));
      bytes += static_cast<char>((c & 3) << 6 | (low & 0x3f));
    }
  }
  return bytes;
}

void replace(std::string& text, std::string_view mark, std::string_view by) {
  if (const auto at = text.find(mark); at != text.npos) text.replace(at, mark.size(), by);
}

std::vector<row> read_rows() {
  std::ifstream file("tests/framing/rows.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto table = boost::json::parse(text);
  std::vector<row> rows;
  for (const auto& group : table.at("groups").as_array()) {
    const std::string about(group.at("about").as_string());
    for (const auto& of_group : group.at("rows").as_array()) {
      const auto& columns = of_group.as_array();
      const auto put_in = bytes_of(expanded(columns.at(1)));
      row r{about + ": " + std::string(columns.at(0).as_string()),
            bytes_of(group.at("request").as_string()),
            {},
            std::string(columns.at(3).as_string())};
      replace(r.bytes, "{n}", std::to_string(put_in.size()));
      replace(r.bytes, "{}", put_in);
      for (const auto& status : columns.at(2).as_array()) {
        r.statuses.push_back(static_cast<unsigned>(status.as_int64()));
      }
      rows.push_back(std::move(r));
    }
  }
  return rows;
}

// Until the connection ends; 1xx left out. Answer number `to_head` is one without a body.
std::vector<reply> read_all(http_client& c, std::size_t to_head) {
  std::vector<reply> answers;
  while (!c.closed_by_peer()) {
    auto r = c.read(answers.size() == to_head);
    if (r.status >= 200) answers.push_back(std::move(r));
  }
  return answers;
}

const std::string good = "GET /healthz HTTP/1.1\r\nHost: test\r\nX-Request-ID: before\r\n\r\n";
const std::string behind =
    "GET /healthz HTTP/1.1\r\nHost: test\r\nX-Request-ID: behind\r\nConnection: close\r\n\r\n";

enum class way { at_once, byte_by_byte, behind_another };

std::vector<reply> send(const std::string& address, const row& r, way how) {
  http_client c(address);
  const auto bytes = (how == way::behind_another ? good : "") + r.bytes + behind;
  if (how == way::byte_by_byte) {
    for (const char b : bytes) c.send({&b, 1});
  } else {
    c.send(bytes);
  }
  c.finish_sending();
  const std::size_t number = how == way::behind_another ? 1 : 0;
  auto answers = read_all(c, is_head(r) ? number : std::string::npos);
  if (how == way::behind_another) {
    BOOST_REQUIRE(!answers.empty());
    BOOST_TEST(answers.front().header("x-request-id") == "before");
    BOOST_TEST(answers.front().status == 200U);
    answers.erase(answers.begin());
  }
  return answers;
}

std::string end_of(std::vector<reply>& answers) {
  if (!answers.empty() && answers.back().header("x-request-id") == "behind") {
    BOOST_TEST(answers.back().status == 200U);
    answers.pop_back();
    return "open";
  }
  return !answers.empty() && answers.back().header("connection") == "close" ? "close" : "waits";
}

void check_json(const reply& r) {
  BOOST_TEST(r.header("content-type") == "application/json");
  BOOST_TEST(!r.header("x-request-id").empty());
  boost::json::error_code ec;
  const auto body = boost::json::parse(r.body, ec);
  BOOST_TEST((!ec.failed() && body.is_object()), r.body);
}

void check(const row& r, std::vector<reply> answers) {
  BOOST_TEST(end_of(answers) == r.end);
  std::vector<unsigned> statuses;
  for (const auto& a : answers) {
    statuses.push_back(a.status);
    if (!is_head(r) || &a != &answers.front()) check_json(a);
    BOOST_TEST((a.status < 500 || a.status == 505));
  }
  BOOST_TEST(statuses == r.statuses, boost::test_tools::per_element());
}

void check_all(way how) {
  sandbox_gateway g([](config& c) { c.address_rate = 0; });
  for (const auto& r : read_rows()) {
    BOOST_TEST_CONTEXT(r.name) {
      check(r, send(g.address(), r, how));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_framing_rows)

BOOST_AUTO_TEST_CASE(at_once) {
  BOOST_TEST(read_rows().size() > 500U);
  check_all(way::at_once);
}

BOOST_AUTO_TEST_CASE(byte_by_byte) {
  check_all(way::byte_by_byte);
}

BOOST_AUTO_TEST_CASE(behind_another_request) {
  check_all(way::behind_another);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
