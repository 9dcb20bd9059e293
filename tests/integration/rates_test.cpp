// Who asks too often is told when to come back, and nobody else suffers. Requests go out in one
// piece, so that all are there before the first bucket gains a token; how buckets fill is tested
// with times of the test's own in tests/base/rate_limiter_test.cpp.
#include <boost/test/unit_test.hpp>
#include <string>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

constexpr int burst = 5;
const std::string limited = "multipass_http_rate_limited_total{kind=";

void few_of_an_address(config& c) {
  c.trusted_proxies = "127.0.0.1";
  c.address_rate = 1;
  c.address_burst = burst;
}

void few_of_a_tpp(config& c) {
  c.tpp_rate = 1;
  c.tpp_burst = burst;
}

std::string request_for(const std::string& line, const std::string& headers = {}) {
  return line + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n";
}

std::string forwarded(const std::string& address) {
  return "X-Forwarded-For: " + address + "\r\n";
}

std::string repeated(const std::string& request, int times) {
  std::string all;
  for (; times > 0; --times) all += request;
  return all;
}

void is_told_when(const reply& r, const std::string& message) {
  BOOST_TEST(r.status == 429U);
  BOOST_TEST(r.header("content-type") == "application/json");
  BOOST_TEST(r.body == "{\"message\":\"" + message + "\"}");
  BOOST_TEST(r.header("retry-after") == "1");  // at one token a second
  BOOST_TEST(r.header("connection").empty());  // it may come back
}

const std::string by_address = "Too many requests from this address, wait";
const std::string by_tpp = "Too many requests of this TPP, wait";

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_rates)

BOOST_AUTO_TEST_CASE(an_address_may_ask_so_often_and_not_once_more) {
  sandbox_gateway g(few_of_an_address);
  int host = 0;
  for (const std::string line : {"GET /healthz", "GET /nowhere", "POST /api/tpp/accounts"}) {
    const auto address = forwarded("192.0.2." + std::to_string(++host));
    http_client c(g.address());
    c.send(repeated(request_for(line, address), burst + 1));
    for (int i = 0; i < burst; ++i) BOOST_TEST(c.read().status != 429U);
    is_told_when(c.read(), by_address);
    // Nobody else is.
    BOOST_TEST(c.get("/healthz", forwarded("198.51.100.1")).status == 200U);
  }
  BOOST_TEST(g.metric(limited + "\"address\"}") == 3);
}

BOOST_AUTO_TEST_CASE(all_of_an_addresses_connections_and_endpoints_count_together) {
  sandbox_gateway g([](config& c) {
    few_of_an_address(c);
    c.address_burst = 2;
  });
  http_client a(g.address()), b(g.address());
  const auto address = forwarded("2001:db8::1"), neighbour = forwarded("2001:db8::2");
  a.send(request_for("GET /healthz", address));
  b.send(request_for("GET /nowhere", neighbour) + request_for("GET /healthz", neighbour));
  const unsigned first = b.read().status, second = b.read().status, third = a.read().status;
  BOOST_TEST((first == 429) + (second == 429) + (third == 429) == 1);
}

// A person gets a page.
BOOST_AUTO_TEST_CASE(on_the_consent_page_too) {
  sandbox_gateway g(few_of_an_address);
  http_client c(g.address());
  c.send(repeated(request_for("GET /consent?clientId=username__1&x-request-id=x"), burst + 1));
  for (int i = 0; i < burst; ++i) BOOST_TEST(c.read().status == 404U);
  const auto r = c.read();
  BOOST_TEST(r.status == 429U);
  BOOST_TEST(r.header("retry-after") == "1");
  BOOST_TEST(r.header("content-type") == "text/html; charset=utf-8");
  BOOST_TEST(r.body.find("Too many requests") != std::string::npos);
  BOOST_TEST(r.header("content-security-policy").find("frame-ancestors 'none'") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_private_listener_has_no_rates) {
  sandbox_gateway g(few_of_an_address);
  for (int i = 0; i < burst * 4; ++i) BOOST_TEST(get(g.admin_address(), "/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_tpp_may_ask_so_often_and_not_once_more) {
  sandbox_gateway g(few_of_a_tpp);
  const auto token = g.token();  // authorize and token: two
  http_client c(g.address());
  const auto read = request_for("POST /api/tpp/accounts", bearer_line(token));
  c.send(repeated(read, burst - 2 + 1));
  for (int i = 0; i < burst - 2; ++i) BOOST_TEST(c.read().status == 200U);
  is_told_when(c.read(), by_tpp);
  BOOST_TEST(g.metric(limited + "\"tpp\"}") == 1);
  // What is not authorized is not the TPP's.
  BOOST_TEST(g.read_accounts("x").status == 401U);
  BOOST_TEST(get(g.address(), "/healthz").status == 200U);
}

// However the answer is found: from memory, from the store, or a refusal for want of a scope.
BOOST_AUTO_TEST_CASE(each_request_of_a_tpp_counts_once) {
  sandbox_gateway g([](config& c) {
    few_of_a_tpp(c);
    c.tpp_burst = 9;
  });
  const auto token = g.token("account.list account.details");  // two
  const auto bearer = bearer_line(token);
  http_client c(g.address());
  const auto list = request_for("POST /api/tpp/accounts", bearer);
  const auto one = request_for("POST /api/tpp/account?accountId=47669570047", bearer);
  const auto other = request_for("POST /api/tpp/account?accountId=1", bearer);
  const auto balance = request_for("POST /api/tpp/account/balance?accountId=47669570047", bearer);
  c.send(list + list + one + one + other + balance + balance + list);
  for (const unsigned status : {200U, 200U, 200U, 200U, 404U, 403U, 403U, 429U}) {
    BOOST_TEST(c.read().status == status);
  }
}

BOOST_AUTO_TEST_CASE(authorize_token_and_revoke_count) {
  sandbox_gateway g([](config& c) {
    few_of_a_tpp(c);
    c.tpp_burst = 4;
  });
  const auto handle = g.authorize();
  const auto code = g.approve(handle);
  const auto token = g.redeem(handle, code);
  http_client c(g.address());
  const auto revoke = request_for("POST /api/client/token/revoke?accessToken=" + token);
  const auto redeem =
      request_for("POST /api/client/token?clientId=" + handle.client_id + "&accessCode=" + code);
  const auto authorize = request_for(
      "POST /api/tpp/authorize?username=username&secret=sandbox-secret"
      "&scope=account.list&redirect_uri=http%3A%2F%2F127.0.0.1%3A9090%2Fcallback");
  c.send(authorize + authorize + revoke + redeem + authorize);
  BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.read().status == 200U);
  for (int i = 0; i < 3; ++i) is_told_when(c.read(), by_tpp);
}

// Who merely names a TPP, or guesses, takes nothing from it.
BOOST_AUTO_TEST_CASE(nobody_can_use_up_what_is_anothers) {
  sandbox_gateway g(few_of_a_tpp);
  http_client c(g.address());
  for (int i = 0; i < burst * 2; ++i) {
    BOOST_TEST(c.post("/api/tpp/authorize?username=username&secret=guess&scope=account.list"
                      "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9090%2Fcallback")
                   .status == 401U);
    BOOST_TEST(g.present_code("guess", "username__1").status == 404U);
  }
  BOOST_TEST(g.read_accounts(g.token()).status == 200U);
}

// The account holder's browser has seen the code, and knows a clientId that is not its own.
BOOST_AUTO_TEST_CASE(a_code_that_is_refused_takes_nothing_either) {
  sandbox_gateway g([](config& c) {
    c.tpp_rate = 1;
    c.tpp_burst = 4;
  });
  const auto handle = g.authorize();
  const auto code = g.approve(handle);
  for (int i = 0; i < 8; ++i) BOOST_TEST(g.present_code(code, "username__99").status == 404U);
  const auto token = g.redeem(handle, code);
  BOOST_TEST(g.read_accounts(token).status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
