// The header fields that keep a page from being framed, sniffed, cached or talked about, on every
// page and every error under /consent; and forms that are not the ones they should be.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"
#include "support/socket_browser.hpp"

namespace multipass::testing {
namespace {

struct required {
  const char* name;
  const char* value;
};
const required of_all[] = {{"cache-control", "no-store"},
                           {"access-control-allow-origin", ""},
                           {"x-content-type-options", "nosniff"}};
const required of_pages[] = {{"content-type", "text/html; charset=utf-8"},
                             {"x-frame-options", "DENY"},
                             {"referrer-policy", "no-referrer"},
                             {"cross-origin-resource-policy", "same-origin"}};

void check(const reply& r, const required& field) {
  BOOST_TEST(r.header(field.name) == field.value, field.name << ": " << r.header(field.name));
}

void check_page(const std::string& what, unsigned status, const reply& r, bool form) {
  BOOST_TEST_CONTEXT(what << ": " << r.status) {
    BOOST_TEST(r.status == status);
    for (const auto& field : of_all) check(r, field);
    for (const auto& field : of_pages) check(r, field);
    const auto policy = r.header("content-security-policy");
    for (const char* part :
         {"default-src 'none';", "base-uri 'none';", "frame-ancestors 'none';"}) {
      BOOST_TEST(policy.find(part) != std::string::npos, policy);
    }
    const std::string action =
        form ? "; form-action 'self' http://127.0.0.1:9090" : "; form-action 'none'";
    BOOST_TEST(policy.ends_with(action), policy);
    for (const char* never : {"unsafe", "script-src", "data:", "*"}) {
      BOOST_TEST(policy.find(never) == std::string::npos, policy);
    }
    BOOST_TEST(!r.header("permissions-policy").empty());
    BOOST_TEST(r.body.find("<script") == std::string::npos);
    BOOST_TEST(r.body.find("style=") == std::string::npos);
  }
}

struct fixture : sandbox_gateway {
  socket_browser browser{address()};

  // What the log-in left, and its review page.
  reply review(const handle& h) {
    BOOST_TEST(browser.log_in(h).status == 303U);
    return browser.get("/consent/review", h);
  }
  reply decide(const handle& h, const std::string& csrf, const std::string& choice) {
    return browser.post("/consent/decision", h, "&csrf=" + csrf + choice);
  }
};

const std::string yes = "&account=47669570047&scope=account.list&decision=approve";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_consent_pages, fixture)

BOOST_AUTO_TEST_CASE(every_page_is_locked_down) {
  const auto h = authorize();
  check_page("log-in", 200, browser.get("/consent", h), true);
  check_page("wrong log-in", 401, browser.log_in(h, "john", "wrong"), true);
  check_page("forged log-in", 403, browser.post("/consent/login", h, "&csrf=x"), false);
  check_page("not logged in", 401, browser.get("/consent/review", h), false);
  const auto page = review(h);
  const auto csrf = socket_browser::hidden(page, "csrf");
  check_page("review", 200, page, true);
  check_page("nothing ticked", 400, decide(h, csrf, "&decision=approve"), true);
  check_page("no decision", 200, decide(h, csrf, "&decision=none"), true);
  check_page("malformed", 400, decide(h, csrf, "&decision=maybe"), false);
  check_page("forged decision", 403, decide(h, "x", yes), false);
  check_page("not a form", 415,
             post(address(), "/consent/decision", json_line, R"({"decision":"approve"})"), false);
  check_page("bad escape", 400, get(address(), "/consent?clientId=%zz"), false);
  check_page("unknown", 404, get(address(), "/consent?clientId=a__1&x-request-id=b"), false);
  BOOST_TEST(decide(h, csrf, yes).status == 303U);
  check_page("decided", 409, browser.get("/consent", h), false);

  const auto blocked = authorize();
  admin_post("/admin/tpps/username/block");
  check_page("TPP blocked", 403, browser.get("/consent", blocked), false);
  admin_post("/admin/tpps/username/unblock");
  const auto late = authorize();
  clock().advance(settings().authorization_ttl);
  check_page("expired", 410, browser.get("/consent", late), false);
}

BOOST_AUTO_TEST_CASE(what_is_no_page_under_consent_is_neither_sniffed_nor_kept) {
  const auto of = [&](const std::string& bytes) {
    http_client client(address());
    client.send(bytes);
    return client.read();
  };
  const std::string post_line = "POST /consent/login HTTP/1.1\r\nHost: a\r\n";
  const std::pair<unsigned, std::string> rows[] = {
      {404, "GET /consent/nowhere HTTP/1.1\r\nHost: a\r\n\r\n"},
      {405, "PUT /consent HTTP/1.1\r\nHost: a\r\n\r\n"},
      {405, "GET /consent/login HTTP/1.1\r\nHost: a\r\n\r\n"},
      {405,
       "OPTIONS /consent/decision HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\n\r\n"},
      {400, "GET /consent HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {413, post_line + form_line + "Content-Length: 65537\r\n\r\n"},
      {414, "GET /consent?" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
      {431, "GET /consent HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'a') + "\r\n\r\n"}};
  for (const auto& [status, bytes] : rows) {
    const auto r = of(bytes);
    BOOST_TEST_CONTEXT(bytes.substr(0, 60)) {
      BOOST_TEST(r.status == status);
      for (const auto& field : of_all) check(r, field);
      BOOST_TEST(r.header("content-type") == "application/json");
    }
  }
  const auto style = get(address(), "/consent/style.css");
  for (const auto& field : of_all) check(style, field);
  BOOST_TEST(style.header("content-type") == "text/css; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(the_way_leads_to_the_registered_uri_whatever_the_request_says) {
  const auto h = authorize(all_scopes, "&state=s");
  const std::string lures =
      "&redirect_uri=https://evil.example/&next=//evil.example&url=https://evil.example/";
  const auto page = browser.get("/consent", h);
  const auto login =
      browser.post("/consent/login", h,
                   "&csrf=" + socket_browser::hidden(page, "csrf") +
                       "&username=john&password=sandbox-password&code=000000" + lures);
  BOOST_TEST(login.status == 303U);
  BOOST_TEST(login.header("location") == "/consent/review?" + socket_browser::fields_of(h));
  BOOST_TEST(login.header("referrer-policy") == "no-referrer");
  const auto csrf = socket_browser::hidden(browser.get("/consent/review", h), "csrf");
  const auto done = decide(h, csrf, yes + lures);
  BOOST_TEST(done.status == 303U);
  BOOST_TEST(done.header("location").starts_with("http://127.0.0.1:9090/callback?accessCode="));
  BOOST_TEST(done.header("location").find("evil") == std::string::npos);
  BOOST_TEST(done.header("location").find(h.request_id) == std::string::npos);
  BOOST_TEST(done.header("referrer-policy") == "no-referrer");
}

BOOST_AUTO_TEST_CASE(a_form_token_is_good_for_its_own_session_and_request_alone) {
  const auto h = authorize();
  const auto own = socket_browser::hidden(review(h), "csrf");

  socket_browser thief(address());  // logged in himself, to the same request and to another
  BOOST_TEST(thief.log_in(h, "jane").status == 303U);
  const auto of_another_session = socket_browser::hidden(thief.get("/consent/review", h), "csrf");
  const auto other = authorize();
  BOOST_TEST(thief.log_in(other, "jane").status == 303U);
  const auto of_another_request =
      socket_browser::hidden(thief.get("/consent/review", other), "csrf");
  for (const auto& stolen : {of_another_session, of_another_request, std::string()}) {
    BOOST_TEST(!(stolen == own));
    BOOST_TEST(decide(h, stolen, yes).status == 403U);
  }
  BOOST_TEST(decide(h, own, yes).status == 303U);
}

// The cookie of one request under the name of another's, as one who can plant cookies would do.
BOOST_AUTO_TEST_CASE(a_planted_cookie_opens_nothing) {
  const auto h = authorize(), other = authorize();
  socket_browser attacker(address());
  const auto his = socket_browser::hidden(attacker.get("/consent", other), "csrf");
  browser.get("/consent", h);
  BOOST_REQUIRE(browser.cookies.size() == 1U);
  browser.cookies.begin()->second = attacker.cookies.begin()->second;
  const std::string right = "&username=john&password=sandbox-password&code=000000";
  BOOST_TEST(browser.post("/consent/login", h, "&csrf=" + his + right).status == 403U);

  attacker.log_in(other);
  const auto log_in_of_other = attacker.cookies.rbegin()->second;
  browser.log_in(h);
  BOOST_REQUIRE(browser.cookies.size() == 2U);
  const auto own = browser.cookies.rbegin()->second;
  browser.cookies.rbegin()->second = log_in_of_other;
  BOOST_TEST(browser.get("/consent/review", h).status == 401U);
  // And a log-in never goes on with a value that was there before it (session fixation).
  browser.cookies.rbegin()->second = own;
  browser.log_in(h);
  BOOST_TEST(!(browser.cookies.rbegin()->second == own));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
