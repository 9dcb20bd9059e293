// What stands in every answer, whoever gives it: endpoint, router or parser.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "crypto/encoding.hpp"
#include "multipass/digest.hpp"
#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

reply answer_to(sandbox_gateway& g, const std::string& bytes) {
  http_client c(g.address());
  c.send(bytes);
  return c.read();
}

std::string request_to(const std::string& line, const std::string& fields = {}) {
  return line + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n";
}

bool says_why(const reply& r) {
  boost::system::error_code ec;
  const auto body = boost::json::parse(r.body, ec);
  return !ec && body.is_object() && body.as_object().contains("message") &&
         !body.at("message").as_string().empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_answers)

BOOST_AUTO_TEST_CASE(have_the_same_header_fields_on_every_path) {
  sandbox_gateway g;
  const std::vector<std::pair<unsigned, std::string>> rows{
      {200, request_to("GET /healthz")},
      {401, request_to("POST /api/tpp/accounts")},
      {401, request_to("POST /api/tpp/accounts", bearer_line(std::string(25, 'x')))},
      {400, request_to("POST /api/tpp/authorize")},
      {404, request_to("GET /nowhere")},
      {404, request_to("POST /api/client/token?accessCode=a&clientId=b")},
      {405, request_to("GET /api/tpp/accounts")},
      {415, request_to("POST /api/tpp/accounts", "Content-Length: 1\r\n") + "x"},
      {400, request_to("GET /", "Host: test\r\n")},
      {400, request_to("POST /", "Transfer-Encoding: gzip\r\n")},
      {400, "GET / HTTP/1.1\n"},
      {413, request_to("POST /", "Content-Length: 99999999\r\n")},
      {414, request_to("GET /" + std::string(5000, 'a'))},
      {417, request_to("GET /", "Expect: something\r\n")},
      {431, request_to("GET /", "X: " + std::string(9000, 'a') + "\r\n")},
      {505, "GET / HTTP/2.0\r\nHost: test\r\n\r\n"}};
  for (const auto& [status, bytes] : rows) {
    const auto r = answer_to(g, bytes);
    BOOST_TEST_CONTEXT(bytes.substr(0, 60) << " -> " << r.body) {
      BOOST_TEST(r.status == status);
      BOOST_TEST(r.header("content-type") == "application/json");
      BOOST_TEST(r.header("cache-control") == "no-store");
      BOOST_TEST(r.header("date") == "Fri, 15 Jan 2027 08:00:00 GMT");
      BOOST_TEST(!r.header("x-request-id").empty());
      BOOST_TEST(r.header("content-length") == std::to_string(r.body.size()));
      BOOST_TEST((status == 200 || says_why(r)));
    }
  }
}

BOOST_AUTO_TEST_CASE(to_head_have_a_length_and_no_body) {
  sandbox_gateway g;
  http_client c(g.address());
  const auto whole = c.get("/healthz");
  c.send(request_to("HEAD /healthz") + request_to("HEAD /api/tpp/accounts") +
         request_to("HEAD /nowhere"));
  const auto head = c.read(true);
  BOOST_TEST(head.status == 200U);
  BOOST_TEST(head.header("content-length") == whole.header("content-length"));
  BOOST_TEST(c.read(true).status == 405U);
  BOOST_TEST(c.read(true).status == 404U);
  BOOST_TEST(c.get("/healthz").body == whole.body);
}

BOOST_AUTO_TEST_CASE(to_other_methods_name_those_there_are) {
  sandbox_gateway g;
  for (const auto* method : {"GET", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "post"}) {
    const auto r = answer_to(g, request_to(method + std::string(" /api/tpp/accounts")));
    BOOST_TEST(r.status == 405U, method);
    BOOST_TEST(r.header("allow") == "POST", method);
    BOOST_TEST(says_why(r), method);
  }
  const auto r = answer_to(g, request_to("POST /healthz"));
  BOOST_TEST(r.status == 405U);
  BOOST_TEST(r.header("allow") == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(to_unknown_paths_are_json) {
  sandbox_gateway g;
  for (const auto* path : {"/api", "/api/tpp/accounts/", "/api/tpp/%61ccounts",
                           "/api/tpp/../tpp/accounts", "//healthz", "/admin/tpps", "/metrics"}) {
    const auto r = get(g.address(), path);
    BOOST_TEST(r.status == 404U, path);
    BOOST_TEST(says_why(r), path);
  }
}

BOOST_AUTO_TEST_CASE(repeat_a_sane_request_id) {
  sandbox_gateway g;
  for (const auto& id : {std::string("a"), std::string("7f3c-{\"x\"}:~!"), std::string(128, 'r')}) {
    const auto line = "X-Request-ID: " + id + "\r\n";
    BOOST_TEST(answer_to(g, request_to("GET /healthz", line)).header("x-request-id") == id);
    BOOST_TEST(answer_to(g, request_to("GET /nowhere", line)).header("x-request-id") == id);
    const auto refused = answer_to(g, request_to("GET /", line + "Host: again\r\n"));
    BOOST_TEST(refused.status == 400U);
    BOOST_TEST(refused.header("x-request-id") == id);
  }
}

BOOST_AUTO_TEST_CASE(repeat_a_request_id_that_may_be_a_secret_and_log_its_digest) {
  sandbox_gateway g;
  const std::string ids[] = {
      "cl9ebqhxk00003b600tymydho",  // as one of the usual libraries makes them
      std::string(45, 'r') + '7',   // as our refresh tokens
      std::string(42, 'k') + '-',   // as our keys
  };
  for (const auto& id : ids) {
    const auto r = answer_to(g, request_to("GET /healthz", "X-Request-ID: " + id + "\r\n"));
    BOOST_TEST(r.header("x-request-id") == id);
    BOOST_TEST(g.log().find(id) == std::string::npos);
    BOOST_TEST(g.log().find("\"sha256:" + base64url(bytes_of(sha256(id))) + '"') !=
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(make_another_request_id_for_an_odd_one) {
  sandbox_gateway g;
  std::set<std::string> made;
  const std::vector<std::string> odd{"",
                                     "a b",
                                     "a\tb",
                                     "\xc3\xa4",
                                     std::string(129, 'r'),
                                     "a\x01",
                                     "a\r\n b",
                                     std::string("a\0b", 3)};
  for (const auto& id : odd) {
    const auto r = answer_to(g, request_to("GET /healthz", "X-Request-ID: " + id + "\r\n"));
    const auto sent_back = r.header("x-request-id");
    BOOST_TEST_CONTEXT("\"" << id << "\" became " << sent_back) {
      BOOST_TEST(sent_back.size() >= 8U);
      BOOST_TEST((id.empty() || sent_back.find(id) == std::string::npos));
      BOOST_TEST(sent_back.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-") == std::string::npos);
      made.insert(sent_back);
    }
  }
  for (int i = 0; i < 20; ++i) made.insert(get(g.address(), "/healthz").header("x-request-id"));
  BOOST_TEST(made.size() == odd.size() + 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
