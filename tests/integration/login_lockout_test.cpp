// The lock-out of the consent page over real sockets, from two addresses of the loopback.
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string here = "127.0.0.1";
const std::string elsewhere = "127.0.0.2";

// A browser that opens the log-in page and sends its form, with the sandbox's second factor.
reply log_in(sandbox_gateway& g, const sandbox_client::handle& h, const std::string& from,
             const std::string& username, const std::string& password = "sandbox-password",
             const std::string& code = "000000") {
  const std::string request = "clientId=" + h.client_id + "&x-request-id=" + h.request_id;
  http_client browser(g.address(), 0, from);
  const auto page = browser.get("/consent?" + request);
  const auto cookie = page.header("set-cookie");
  const auto csrf = between(page.body, R"(name="csrf" value=")", "\"");
  return browser.post("/consent/login",
                      form_line + "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n",
                      request + "&csrf=" + csrf + "&username=" + username +
                          "&password=" + password + "&code=" + code);
}

// Long, so that it lasts on a slow machine too.
void an_hour(config& c) {
  c.login_lockout = 1h;
}

void two_attempts(config& c) {
  c.login_attempts = 2;
  c.login_lockout = 1h;
}

void one_attempt_and_one_second(config& c) {
  c.login_attempts = 1;
  c.login_lockout = 1s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_login_lockout)

BOOST_AUTO_TEST_CASE(five_failures_lock_a_psu_out_at_every_address) {
  sandbox_gateway g(an_hour);
  const auto h = g.authorize();
  for (int i = 0; i < 4; ++i) BOOST_TEST(log_in(g, h, here, "john", "wrong").status == 401U);
  BOOST_TEST(log_in(g, h, elsewhere, "john", "sandbox-password", "123456").status == 401U);
  for (const auto& from : {here, elsewhere}) {
    const auto locked = log_in(g, h, from, "john");
    BOOST_TEST(locked.status == 429U);
    BOOST_TEST(locked.header("content-type").starts_with("text/html"));
    BOOST_TEST(locked.body.find("Too many attempts. Try again in ") != std::string::npos);
    const auto seconds = std::stoi(locked.header("retry-after"));
    BOOST_TEST((seconds > 0 && seconds <= 3600));
  }
  BOOST_TEST(log_in(g, h, here, "jane").status == 303U);
  BOOST_TEST(g.metric(R"(multipass_logins_total{outcome="failed"})") == 5);
  BOOST_TEST(g.metric(R"(multipass_logins_total{outcome="locked_out"})") == 2);
  BOOST_TEST(g.metric(R"(multipass_logins_total{outcome="passed"})") == 1);
  BOOST_TEST(g.log().find(R"("event":"login_locked","psu":"john")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(four_times_as_many_lock_an_address_out_for_every_name) {
  sandbox_gateway g(two_attempts);
  const auto h = g.authorize();
  for (int i = 0; i < 7; ++i) {
    BOOST_TEST(log_in(g, h, here, "nobody" + std::to_string(i)).status == 401U);
  }
  BOOST_TEST(log_in(g, h, here, "jane").status == 303U);  // which takes back nobody's failures
  BOOST_TEST(log_in(g, h, here, "nobody7").status == 401U);
  BOOST_TEST(log_in(g, h, here, "jane").status == 429U);
  BOOST_TEST(log_in(g, h, here, "nobody8").status == 429U);
  BOOST_TEST(log_in(g, h, elsewhere, "jane").status == 303U);
  BOOST_TEST(g.log().find(R"("event":"login_locked","psu":"","address":"127.0.0.1")") !=
             std::string::npos);
  BOOST_TEST(g.log().find("nobody") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lock_out_ends) {
  sandbox_gateway g(one_attempt_and_one_second);
  const auto h = g.authorize();
  BOOST_TEST(log_in(g, h, here, "john", "wrong").status == 401U);
  const auto end = std::chrono::steady_clock::now() + 20s;
  unsigned status = 429;
  while (status == 429 && std::chrono::steady_clock::now() < end) {
    status = log_in(g, h, here, "john").status;
  }
  BOOST_TEST(status == 303U);
}

BOOST_AUTO_TEST_CASE(the_banks_own_frontend_knows_no_lock_out) {
  sandbox_gateway g(two_attempts);
  const auto h = g.authorize();
  for (int i = 0; i < 2; ++i) log_in(g, h, here, "john", "wrong");
  BOOST_TEST(log_in(g, h, here, "john").status == 429U);
  BOOST_TEST(g.read_accounts(g.redeem(h, g.approve(h))).status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
