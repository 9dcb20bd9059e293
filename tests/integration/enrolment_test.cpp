// A PSU takes a new second factor by a link from the bank: the pages over real sockets.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "crypto/totp.hpp"
#include "support/sandbox_gateway.hpp"
#include "support/socket_browser.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string password = "sandbox-password";

std::string from_base32(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    bits = bits << 5U | static_cast<std::uint32_t>(alphabet.find(c));
    if ((count += 5) >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xFFU);
  }
  return bytes;
}

// A browser that was given the link `x`. Each request has a connection of its own.
struct visitor {
  std::string address;
  std::string x;
  std::map<std::string, std::string> cookies{};
  std::string from{};

  reply get(const std::string& path) {
    http_client client(address, 0, from);
    return keep(client.get(path + "?x=" + x, cookie_line()));
  }
  reply post(const std::string& path, const std::string& fields) {
    http_client client(address, 0, from);
    return keep(client.post(path, form_line + cookie_line(), "x=" + x + fields));
  }
  reply log_in(const std::string& username = "john", const std::string& secret = password) {
    const auto csrf = socket_browser::hidden(get("/enrolment"), "csrf");
    return post("/enrolment/login",
                "&csrf=" + csrf + "&username=" + username + "&password=" + secret);
  }
  // Logged in, with the page of the QR code open.
  reply code_page() {
    BOOST_TEST(log_in().status == 303U);
    return get("/enrolment/code");
  }
  reply send_code(const reply& page, const std::string& code) {
    return post("/enrolment/code",
                "&csrf=" + socket_browser::hidden(page, "csrf") + "&code=" + code);
  }

  std::string cookie_line() const {
    std::string line;
    for (const auto& [name, value] : cookies) {
      line += (line.empty() ? "Cookie: " : "; ") + name + '=' + value;
    }
    return line.empty() ? line : line + "\r\n";
  }
  reply keep(reply r) {
    const auto set = r.header("set-cookie");
    if (!set.empty()) cookies[set.substr(0, set.find('='))] = between(set, "=", ";");
    return r;
  }
};

std::string secret_on(const reply& page) {
  auto text = between(page.body, "<code class=\"secret\">", "</code>");
  std::erase(text, ' ');
  return from_base32(text);
}

struct fixture : sandbox_gateway {
  using sandbox_gateway::sandbox_gateway;

  std::string link(const std::string& psu = "john") {
    const auto made = admin_post("/admin/psus/" + psu + "/enrolment", "");
    BOOST_REQUIRE_MESSAGE(made.status == 201U, made.body);
    const auto url = between(made.body, R"("url":")", "\"");
    BOOST_TEST(url.starts_with("http://" + address() + "/enrolment?x="), url);
    return query_value(url, "x");
  }
  visitor open(const std::string& x) { return {address(), x}; }
  std::string code_of(const std::string& secret) {
    return totp_code(secret, clock().now().time_since_epoch().count() / 30);
  }
  // With the consent page's log-in.
  unsigned log_in(const std::string& username, const std::string& code,
                  const std::string& secret = password) {
    return socket_browser(address()).log_in(authorize(), username, secret, code).status;
  }
  // "anna", whose second factor is this.
  std::string anna() {
    const auto added = admin_post(
        "/admin/psus", R"({"username":"anna","name":"Anna Bell","password":"sandbox-password"})");
    return from_base32(between(added.body, "secret=", "&"));
  }
};

void two_attempts(config& c) {
  c.login_attempts = 2;
  c.login_lockout = 1h;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_enrolment)

BOOST_AUTO_TEST_CASE(the_new_factor_replaces_the_old_one_when_it_is_proven) {
  fixture g;
  const auto old_secret = g.anna();
  auto anna = g.open(g.link("anna"));
  BOOST_TEST(anna.get("/enrolment").status == 200U);
  const auto in = anna.log_in("anna");
  BOOST_TEST(in.status == 303U);
  BOOST_TEST(in.header("location") == "/enrolment/code?x=" + anna.x);
  const auto page = anna.get("/enrolment/code");
  BOOST_TEST(page.status == 200U);
  const auto secret = secret_on(page);
  BOOST_TEST(secret.size() == 20U);
  BOOST_TEST(g.log_in("anna", g.code_of(secret)) == 401U, "not before it is proven");
  BOOST_TEST(g.log_in("anna", g.code_of(old_secret)) == 303U, "the old one until then");

  const auto used = g.code_of(secret);
  const auto done = anna.send_code(page, used);
  BOOST_TEST(done.status == 303U);
  BOOST_TEST(done.header("location") == "/enrolment/done");
  BOOST_TEST(anna.get("/enrolment/done").body.find("Your security code is set up") !=
             std::string::npos);
  BOOST_TEST(g.log_in("anna", used) == 401U, "a code works once");
  g.clock().advance(30s);
  BOOST_TEST(g.log_in("anna", g.code_of(old_secret)) == 401U);
  BOOST_TEST(g.log_in("anna", g.code_of(secret)) == 303U);
}

BOOST_AUTO_TEST_CASE(consents_go_on_and_the_sandboxs_own_code_too) {
  fixture g;
  const auto token = g.token();
  auto john = g.open(g.link());
  const auto page = john.code_page();
  BOOST_TEST(john.send_code(page, g.code_of(secret_on(page))).status == 303U);
  BOOST_TEST(g.read_accounts(token).status == 200U);
  BOOST_TEST(g.log_in("john", "000000") == 303U);
}

BOOST_AUTO_TEST_CASE(a_wrong_code_lets_try_again_with_the_same_picture) {
  fixture g;
  auto john = g.open(g.link());
  const auto page = john.code_page();
  for (const std::string wrong : {"000000", "12345", "", "abcdef"}) {
    const auto again = john.send_code(page, wrong);
    BOOST_TEST(again.status == 401U, wrong);
    BOOST_TEST(again.body.find("This code is not right") != std::string::npos);
    BOOST_TEST(secret_on(again) == secret_on(page));
  }
  BOOST_TEST(secret_on(john.get("/enrolment/code")) == secret_on(page));
  auto code = g.code_of(secret_on(page));
  code.insert(3, "+");  // as apps show it, and forms send it
  BOOST_TEST(john.send_code(page, code).status == 303U);
}

BOOST_AUTO_TEST_CASE(used_replaced_expired_and_unknown_links_read_the_same) {
  fixture g;
  const auto replaced = g.link();
  const auto expired = g.link("jane");
  const auto used = g.link();
  auto john = g.open(used);
  const auto page = john.code_page();
  const auto code = g.code_of(secret_on(page));
  BOOST_TEST(john.send_code(page, code).status == 303U);
  BOOST_TEST(john.send_code(page, code).status == 404U, "sent twice");
  BOOST_TEST(john.get("/enrolment/code").status == 404U);
  BOOST_TEST(g.open(expired).get("/enrolment").status == 200U);
  g.clock().advance(24h);
  const auto unknown = g.open("aaaaaaaaaaaaaaaaaaaa").get("/enrolment");
  BOOST_TEST(unknown.status == 404U);
  for (const auto& x : {replaced, expired, used, std::string("short"), std::string{},
                        std::string("%3Cscript%3E")}) {
    auto late = g.open(x);
    const auto answer = late.get("/enrolment");
    BOOST_TEST(answer.status == 404U, x);
    BOOST_TEST(answer.body == unknown.body, x);
    BOOST_TEST(late.post("/enrolment/login", "&csrf=a&username=john&password=b").status == 404U);
  }
}

BOOST_AUTO_TEST_CASE(the_link_is_of_one_psu_and_wrong_log_ins_read_the_same) {
  fixture g;
  auto john = g.open(g.link());
  const auto wrong = john.log_in("john", "wrong");
  BOOST_TEST(wrong.status == 401U);
  BOOST_TEST(wrong.body.find("User name or password is not right") != std::string::npos);
  auto jane = john.log_in("jane");
  BOOST_TEST(jane.status == 401U, "whose password is right");
  auto nobody = john.log_in("nobo");
  BOOST_TEST(nobody.status == 401U);
  const auto typed = [](std::string body, const std::string& name) {
    return body.replace(body.find("value=\"" + name), 11, "value=\"john");
  };
  BOOST_TEST(typed(jane.body, "jane") == wrong.body);
  BOOST_TEST(typed(nobody.body, "nobo") == wrong.body);
  BOOST_TEST(john.get("/enrolment/code").status == 401U);
  BOOST_TEST(g.log().find("nobo") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(failures_count_in_the_one_lock_out) {
  fixture g(two_attempts);
  auto john = g.open(g.link());
  BOOST_TEST(john.log_in("john", "wrong").status == 401U);
  BOOST_TEST(g.log_in("john", "000000", "wrong") == 401U);
  const auto locked = john.log_in();
  BOOST_TEST(locked.status == 429U);
  BOOST_TEST(!locked.header("retry-after").empty());
  BOOST_TEST(locked.body.find("Too many attempts. Try again in ") != std::string::npos);
  BOOST_TEST(g.log_in("john", "000000") == 429U);
}

BOOST_AUTO_TEST_CASE(wrong_codes_count_too) {
  fixture g(two_attempts);
  auto john = g.open(g.link());
  const auto page = john.code_page();
  for (int i = 0; i < 2; ++i) BOOST_TEST(john.send_code(page, "000000").status == 401U);
  const auto locked = john.send_code(page, g.code_of(secret_on(page)));
  BOOST_TEST(locked.status == 429U);
  BOOST_TEST(!locked.header("retry-after").empty());
  BOOST_TEST(g.log_in("john", "000000") == 429U);
}

BOOST_AUTO_TEST_CASE(the_picture_is_for_who_is_logged_in_to_this_link) {
  fixture g;
  auto john = g.open(g.link());
  BOOST_TEST(john.get("/enrolment/code").status == 401U);
  const auto page = john.code_page();
  auto jane = g.open(g.link("jane"));
  jane.cookies = john.cookies;
  const auto stranger = jane.get("/enrolment/code");
  BOOST_TEST(stranger.status == 401U);
  BOOST_TEST(stranger.body.find("<code") == std::string::npos);
  g.clock().advance(g.settings().login_ttl);
  const auto late = john.get("/enrolment/code");
  BOOST_TEST(late.status == 401U);
  BOOST_TEST(late.body.find("/enrolment?x=" + john.x) != std::string::npos, "the way back");
  BOOST_TEST(john.send_code(page, g.code_of(secret_on(page))).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_form_that_is_not_ours_does_nothing) {
  fixture g;
  auto john = g.open(g.link());
  john.get("/enrolment");
  const std::string fields = "&username=john&password=" + password;
  BOOST_TEST(john.post("/enrolment/login", fields).status == 403U);
  BOOST_TEST(john.post("/enrolment/login", fields + "&csrf=AAAA").status == 403U);
  const auto page = john.code_page();
  const auto code = g.code_of(secret_on(page));
  BOOST_TEST(john.post("/enrolment/code", "&code=" + code).status == 403U);
  const auto csrf = socket_browser::hidden(page, "csrf");
  const auto foreign = post(g.address(), "/enrolment/code",
                            form_line + john.cookie_line() + "Sec-Fetch-Site: cross-site\r\n",
                            "x=" + john.x + "&csrf=" + csrf + "&code=" + code);
  BOOST_TEST(foreign.status == 403U);
  auto planted = g.open(john.x);
  planted.cookies = {{john.cookies.begin()->first, std::string(32, 'a')}};
  BOOST_TEST(planted.post("/enrolment/code", "&csrf=" + csrf + "&code=" + code).status == 401U);
  BOOST_TEST(john.send_code(page, code).status == 303U);
}

BOOST_AUTO_TEST_CASE(pages_run_nothing_and_tell_nobody_of_the_link) {
  fixture g;
  auto john = g.open(g.link());
  const auto odd = john.log_in("%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
  BOOST_TEST(odd.body.find("<script") == std::string::npos);
  const auto page = john.code_page();
  for (const auto& r : {john.get("/enrolment"), odd, page, john.get("/enrolment/done"),
                        g.open("x").get("/enrolment")}) {
    const auto policy = r.header("content-security-policy");
    BOOST_TEST(policy.starts_with("default-src 'none';"), policy);
    for (const char* never : {"unsafe", "script-src", "data:", "*"}) {
      BOOST_TEST(policy.find(never) == std::string::npos, policy);
    }
    for (const char* never : {"<script", "style=", "onload", "javascript:"}) {
      BOOST_TEST(r.body.find(never) == std::string::npos, never);
    }
    BOOST_TEST(r.header("referrer-policy") == "no-referrer");
    BOOST_TEST(r.header("cache-control") == "no-store");
    BOOST_TEST(r.header("x-frame-options") == "DENY");
  }
  BOOST_TEST(page.body.find("role=\"img\" aria-label=\"QR code for your authenticator app") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_bank_makes_links_for_psus_and_finds_both_acts_in_the_audit) {
  fixture g;
  BOOST_TEST(g.admin_post("/admin/psus/nobody/enrolment", "").status == 404U);
  BOOST_TEST(g.admin_post("/admin/psus/john/enrolment", R"({"a":1})").status == 400U);
  BOOST_TEST(post(g.admin_address(), "/admin/psus/john/enrolment").status == 401U);
  const auto made = g.admin_post("/admin/psus/john/enrolment", "");
  BOOST_TEST(made.body.ends_with(R"(","expires_in":86400})"), made.body);
  auto john = g.open(query_value(between(made.body, R"("url":")", "\""), "x"));
  const auto page = john.code_page();
  BOOST_TEST(john.send_code(page, g.code_of(secret_on(page))).status == 303U);
  const auto audit = g.admin_get("/admin/audit?limit=1000").body;
  BOOST_TEST(audit.find("enrolment_started") != std::string::npos);
  BOOST_TEST(audit.find("psu_enrolled") != std::string::npos);
  const auto log = g.log();
  BOOST_TEST(log.find(R"("event":"psu_enrolled","psu":"john")") != std::string::npos);
  for (const auto& text : {audit, log}) BOOST_TEST(text.find(john.x) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_there_survives_a_restart) {
  fixture g;
  auto john = g.open(g.link());
  const auto page = john.code_page();
  g.stop();
  g.start();
  john.address = g.address();
  BOOST_TEST(secret_on(john.get("/enrolment/code")) == secret_on(page));
  BOOST_TEST(john.send_code(page, g.code_of(secret_on(page))).status == 303U);
}

BOOST_AUTO_TEST_SUITE_END()
