// Who guesses learns nothing from the answer: it is the same to the byte, but for X-Request-ID and
// Date, whichever part of the guess was wrong. bench/timing/timing.py measures how long each takes.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"
#include "support/socket_browser.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;

std::string text_of(reply r) {
  r.headers.erase("x-request-id");
  r.headers.erase("date");
  std::string text = std::to_string(r.status) + "\n";
  for (const auto& [name, value] : r.headers) text += name + ": " + value + "\n";
  return text + "\n" + r.body;
}

void check_all_same(const std::vector<reply>& answers, unsigned status) {
  BOOST_TEST(answers.front().status == status);
  for (const auto& r : answers) BOOST_TEST(text_of(r) == text_of(answers.front()));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_enumeration, sandbox_gateway)

BOOST_AUTO_TEST_CASE(tpps) {
  const auto ask = [&](const std::string& username, const std::string& secret,
                       const std::string& uri = "https://tpp.example/callback") {
    return post(address(), "/api/tpp/authorize?username=" + username + "&secret=" + secret +
                               "&scope=account.list&redirect_uri=" + uri);
  };
  admin_post("/admin/tpps", R"({"username":"stopped","name":"S","scopes":["account.list"],)"
                            R"("redirect_uris":["https://tpp.example/callback"]})");
  admin_post("/admin/tpps/stopped/block");
  check_all_same({ask("nobody", "sandbox-secret"), ask("username", "wrong"),
                  ask("username", "sandbox-secret-"), ask("stopped", "wrong"),
                  // What else is wrong is nobody's business who has not said who he is.
                  ask("username", "wrong", "https://evil.example/"),
                  ask("nobody", "wrong", "https://evil.example/")},
                 401);
}

BOOST_AUTO_TEST_CASE(codes) {
  const auto used = authorize(), expiring = authorize(), ended = authorize(), pkce = authorize();
  const auto used_code = approve(used);
  redeem(used, used_code);
  const auto ended_code = approve(ended);
  redeem(ended, ended_code);
  admin_post("/admin/consents/" + consent_id_of(ended.client_id) + "/revoke");
  const auto expired_code = approve(expiring);
  clock().advance(settings().code_ttl);
  const auto good = approve(pkce);
  check_all_same(
      {present_code("wrong", used.client_id), present_code(std::string(32, 'a'), used.client_id),
       present_code(expired_code, expiring.client_id), present_code(ended_code, ended.client_id),
       present_code(good, used.client_id), present_code(good, "username__999"),
       present_code(good, "nobody__1"), present_code(good, "nobody"),
       present_code(good, pkce.client_id, "&secret=wrong"),
       present_code(good, pkce.client_id, "&code_verifier=" + std::string(43, 'a')),
       present_code(used_code, used.client_id), present_code(used_code, used.client_id)},
      404);
  redeem(pkce, good);  // nothing of it used the code up
}

BOOST_AUTO_TEST_CASE(psus) {
  const auto h = authorize();
  socket_browser browser(address());
  auto nobody = browser.log_in(h, "nobo");
  nobody.body.replace(nobody.body.find("\"nobo\""), 6, "\"john\"");
  check_all_same(
      {browser.log_in(h, "john", "wrong"), nobody,
       browser.log_in(h, "john", "sandbox-password", "123456"),
       browser.log_in(h, "john", "sandbox-password", ""), browser.log_in(h, "john", "", "000000")},
      401);
}

BOOST_AUTO_TEST_CASE(accounts) {
  const auto t = token(all_scopes, R"({"psu":"john","accounts":[47669570047]})");
  for (const std::string path : {"/api/tpp/account", "/api/tpp/account/balance"}) {
    const auto read = [&](const char* id) { return call(t, path + "?accountId=" + id); };
    BOOST_TEST(read("47669570047").status == 200U);
    check_all_same({read("1"), read("10000000001"), read("82948889462"), read("1")}, 404);
  }
}

BOOST_AUTO_TEST_CASE(tokens) {
  const auto revoked = token();
  revoke(revoked);
  auto guess = revoked;
  guess[3] = guess[3] == 'a' ? 'b' : 'a';
  check_all_same({read_accounts(revoked), read_accounts(guess), read_accounts(std::string(25, 'a')),
                  read_accounts(revoked)},
                 401);
  check_all_same({revoke(revoked), revoke(guess), revoke("x")}, 400);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
