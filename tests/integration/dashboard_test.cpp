// The list of consents over real sockets: who may see and withdraw what, and what that does.
#include <boost/test/unit_test.hpp>
#include <string>

#include "support/sandbox_gateway.hpp"
#include "support/socket_browser.hpp"

namespace multipass::testing {
namespace {

bool says(const reply& r, const std::string& text) {
  return r.body.find(text) != std::string::npos;
}

struct fixture : sandbox_gateway {
  // Log-ins are slow on purpose, and slower yet on a machine that has other things to do.
  fixture() : sandbox_gateway([](config& c) { c.handler_timeout = std::chrono::minutes{1}; }) {}

  socket_browser browser{address()};

  // A consent of `psu`, its token, and its way to be withdrawn.
  struct given {
    std::string token;
    std::string path;
  };
  given grant(const std::string& psu = "john") {
    const auto h = authorize();
    const auto code = approve(h, R"({"psu":")" + psu + "\"}");
    return {redeem(h, code), "/consents/" + consent_id_of(h.client_id) + "/withdraw"};
  }
  void log_in(const std::string& psu = "john") {
    const auto r = browser.log_in_to_consents(psu);
    BOOST_REQUIRE(r.status == 303U);
    BOOST_TEST(r.header("location") == "/consents");
  }
  std::string csrf() { return "csrf=" + socket_browser::hidden(browser.get("/consents"), "csrf"); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_dashboard, fixture)

BOOST_AUTO_TEST_CASE(a_withdrawn_token_stops_at_once_and_the_audit_says_who_did_it) {
  const auto mine = grant();
  BOOST_TEST(read_accounts(mine.token).status == 200U);
  BOOST_TEST(!browser.get("/consents").header("set-cookie").empty());
  log_in();
  const auto list = browser.get("/consents");
  BOOST_TEST(list.status == 200U);
  BOOST_TEST(says(list, "href=\"" + mine.path + "\""));
  BOOST_TEST(list.header("cache-control") == "no-store");
  BOOST_TEST(list.header("content-security-policy").ends_with("form-action 'self'"));

  BOOST_TEST(says(browser.get(mine.path), "Withdraw this consent?"));
  BOOST_TEST(read_accounts(mine.token).status == 200U, "the question ends nothing");
  const auto done = browser.post(mine.path, csrf());
  BOOST_TEST(done.status == 303U);
  BOOST_TEST(read_accounts(mine.token).status == 401U);
  const auto after = browser.get(done.header("location"));
  BOOST_TEST(says(after, "Access withdrawn"));
  BOOST_TEST(!says(after, mine.path));

  const auto audit = admin_get("/admin/audit?limit=1000").body;
  BOOST_TEST(audit.find("consent_withdrawn") != std::string::npos);
  BOOST_TEST(audit.find(R"("actor":"psu:john","action":"consent_withdrawn")") != std::string::npos,
             audit);
  BOOST_TEST(log().find(R"("event":"consent_withdrawn")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(withdrawing_twice_is_said_not_done) {
  const auto mine = grant();
  log_in();
  const auto token = csrf();
  BOOST_TEST(browser.post(mine.path, token).status == 303U);
  const auto again = browser.post(mine.path, token);
  BOOST_TEST(again.status == 303U);
  BOOST_TEST(says(browser.get(again.header("location")), "Access withdrawn"));
  BOOST_TEST(browser.get(mine.path).status == 303U, "nothing is asked any more");

  const auto other = grant();
  revoke(other.token);
  const auto late = browser.post(other.path, token);
  BOOST_TEST(says(browser.get(late.header("location")), "had ended already"));
}

BOOST_AUTO_TEST_CASE(somebody_elses_consent_is_not_known) {
  const auto janes = grant("jane");
  log_in("john");
  const auto shown = browser.get(janes.path);
  BOOST_TEST(shown.status == 404U);
  BOOST_TEST(says(shown, "This consent is not known"));
  BOOST_TEST(browser.get("/consents/123456/withdraw").body == shown.body);
  BOOST_TEST(browser.post(janes.path, csrf()).status == 404U);
  BOOST_TEST(read_accounts(janes.token).status == 200U);
  for (const char* id : {"0", "-1", "x", "1x", "99999999999999999999", "%31"}) {
    BOOST_TEST(browser.get("/consents/" + std::string(id) + "/withdraw").status == 404U, id);
  }
}

BOOST_AUTO_TEST_CASE(a_form_that_is_not_ours_changes_nothing) {
  const auto mine = grant();
  log_in();
  const auto good = csrf();
  for (const std::string& body : {std::string(), std::string("csrf="), std::string("csrf=x"),
                                  good.substr(0, good.size() - 1)}) {
    BOOST_TEST(browser.post(mine.path, body).status == 403U, body);
    BOOST_TEST(browser.post("/consents/logout", body).status == 403U, body);
  }
  socket_browser stranger{address()};
  const auto login_form = "csrf=" + socket_browser::hidden(stranger.get("/consents"), "csrf");
  BOOST_TEST(browser.post(mine.path, login_form).status == 403U);
  BOOST_TEST(stranger.post(mine.path, good).status == 401U);
  BOOST_TEST(read_accounts(mine.token).status == 200U);

  const auto from_elsewhere = [&](const std::string& line) {
    std::string cookies;
    for (const auto& [name, value] : browser.cookies) cookies += name + '=' + value + "; ";
    return testing::post(address(), mine.path, form_line + line + "Cookie: " + cookies + "\r\n",
                         good);
  };
  BOOST_TEST(from_elsewhere("Origin: https://evil.example\r\n").status == 403U);
  BOOST_TEST(from_elsewhere("Sec-Fetch-Site: cross-site\r\n").status == 403U);
  BOOST_TEST(read_accounts(mine.token).status == 200U);
  BOOST_TEST(from_elsewhere("Sec-Fetch-Site: same-origin\r\n").status == 303U);
}

BOOST_AUTO_TEST_CASE(a_log_in_ends_with_its_time_and_with_the_log_out) {
  const auto mine = grant();
  log_in();
  const auto form = csrf();
  clock().advance(settings().login_ttl - std::chrono::seconds{1});
  BOOST_TEST(browser.get(mine.path).status == 200U);
  clock().advance(std::chrono::seconds{1});
  BOOST_TEST(says(browser.get("/consents"), "id=\"password\""));
  const auto late = browser.post(mine.path, form);
  BOOST_TEST(late.status == 401U);
  BOOST_TEST(says(late, "Nothing was changed"));
  BOOST_TEST(read_accounts(mine.token).status == 200U);

  log_in();
  auto copy = browser;
  BOOST_TEST(says(copy.get("/consents"), "Logged in as"));
  BOOST_TEST(browser.post("/consents/logout", csrf()).header("location") == "/consents?logged-out");
  BOOST_TEST(says(browser.get("/consents?logged-out"), "You have been logged out"));
  BOOST_TEST(!says(copy.get("/consents"), "Logged in as"));
}

BOOST_AUTO_TEST_CASE(the_log_in_to_a_request_is_none_to_the_list_and_the_other_way_round) {
  const auto h = authorize();
  BOOST_TEST(browser.log_in(h).status == 303U);
  BOOST_TEST(says(browser.get("/consents"), "id=\"password\""));
  socket_browser other{address()};
  BOOST_TEST(other.log_in_to_consents().status == 303U);
  BOOST_TEST(other.get("/consent/review", h).status == 401U);
}

BOOST_AUTO_TEST_CASE(failures_at_both_log_ins_count_together) {
  const auto h = authorize();
  for (int i = 0; i < 3; ++i) BOOST_TEST(browser.log_in(h, "john", "wrong").status == 401U);
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(browser.log_in_to_consents("john", "wrong").status == 401U);
  }
  const auto locked = browser.log_in_to_consents();
  BOOST_TEST(locked.status == 429U);
  BOOST_TEST(!locked.header("retry-after").empty());
  BOOST_TEST(says(locked, "Too many attempts"));
  BOOST_TEST(browser.log_in(h).status == 429U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
