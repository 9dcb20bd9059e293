// From authorize to the PSU's decision: handles, clientIds, what may be granted, what the browser
// brings back.
#include <boost/test/unit_test.hpp>
#include <set>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

bool is_alphanumeric(const std::string& text, std::size_t length) {
  return text.size() == length && text.find_first_not_of(
                                      "0123456789abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

std::string decision_path(const sandbox_client::handle& h, const std::string& action) {
  return "/admin/authorizations/" + h.request_id + "/" + action;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_authorization_flow, sandbox_gateway)

BOOST_AUTO_TEST_CASE(handles_codes_and_tokens_are_fresh_and_of_their_alphabet) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const auto h = authorize();
    const auto code = approve(h);
    const auto t = redeem(h, code);
    BOOST_TEST(is_alphanumeric(h.request_id, 20), h.request_id);
    BOOST_TEST(is_alphanumeric(code, 32), code);
    BOOST_TEST(is_alphanumeric(t, 25), t);
    seen.insert({h.request_id, code, t});
  }
  BOOST_TEST(seen.size() == 60U);
}

BOOST_AUTO_TEST_CASE(client_ids_count_per_tpp_from_one) {
  const auto added = admin_post("/admin/tpps", R"({"username":"second","name":"S","redirect_uris":)"
                                               R"(["https://tpp.example/callback"],)"
                                               R"("scopes":["account.list"]})");
  const auto ask = [&] {
    const auto r = post(address(), "/api/tpp/authorize?username=second&scope=account.list&secret=" +
                                       between(added.body, R"("secret":")", "\"") +
                                       "&redirect_uri=https://tpp.example/callback");
    return query_value(between(r.body, R"("redirectUrl":")", "\""), "clientId");
  };
  BOOST_TEST(authorize().client_id == "username__1");
  BOOST_TEST(ask() == "second__1");
  BOOST_TEST(authorize().client_id == "username__2");
  BOOST_TEST(ask() == "second__2");
  stop();
  start();
  BOOST_TEST(authorize().client_id == "username__3");
}

BOOST_AUTO_TEST_CASE(one_decision_only) {
  const auto approved = authorize();
  approve(approved);
  const auto denied = authorize();
  BOOST_TEST(admin_post(decision_path(denied, "deny")).status == 200U);
  for (const auto& h : {approved, denied}) {
    BOOST_TEST(admin_post(decision_path(h, "approve"), R"({"psu":"john"})").status == 409U);
    BOOST_TEST(admin_post(decision_path(h, "deny")).status == 409U);
    BOOST_TEST(admin_get("/admin/authorizations/" + h.request_id).status == 409U);
  }
}

BOOST_AUTO_TEST_CASE(a_handle_expires_at_its_second) {
  const auto last = authorize();
  const auto late = authorize();
  clock().advance(1799s);
  BOOST_TEST(admin_get("/admin/authorizations/" + late.request_id).status == 200U);
  approve(last);
  clock().advance(1s);
  BOOST_TEST(admin_get("/admin/authorizations/" + late.request_id).status == 409U);
  BOOST_TEST(admin_post(decision_path(late, "approve"), R"({"psu":"john"})").status == 409U);
  BOOST_TEST(admin_post(decision_path(late, "deny")).status == 409U);
}

BOOST_AUTO_TEST_CASE(approval_brings_the_code_back_with_state_and_issuer) {
  const std::string state = "a b&c=d+%\xC3\xA9";
  const auto h = authorize(all_scopes, "&state=" + percent_encode(state));
  const auto uri = approve_uri(h);
  BOOST_TEST(uri.starts_with("http://127.0.0.1:9090/callback?accessCode="));
  BOOST_TEST(query_value(uri, "clientId") == h.client_id);
  BOOST_TEST(query_value(uri, "state") == state);
  BOOST_TEST(query_value(uri, "iss") == "http://" + address());
  BOOST_TEST(present_code(query_value(uri, "accessCode"), h.client_id).status == 200U);
  BOOST_TEST(approve_uri(authorize()).find("state=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(denial_says_so) {
  const auto h = authorize(all_scopes, "&state=s1");
  const auto uri = between(admin_post(decision_path(h, "deny")).body, R"("redirectUri":")", "\"");
  BOOST_TEST(uri.starts_with("http://127.0.0.1:9090/callback?error=access_denied"));
  BOOST_TEST(!query_value(uri, "error_description").empty());
  BOOST_TEST(query_value(uri, "clientId") == h.client_id);
  BOOST_TEST(query_value(uri, "state") == "s1");
  BOOST_TEST(query_value(uri, "accessCode").empty());
}

BOOST_AUTO_TEST_CASE(an_existing_query_of_redirect_uri_is_kept) {
  const auto added = admin_post("/admin/tpps", R"({"username":"asking","name":"A","redirect_uris":)"
                                               R"(["https://tpp.example/cb?tenant=7&x=%20"],)"
                                               R"("scopes":["account.list"]})");
  const auto r = post(
      address(), "/api/tpp/authorize", form_line,
      "username=asking&scope=account.list&secret=" + between(added.body, R"("secret":")", "\"") +
          "&redirect_uri=" + percent_encode("https://tpp.example/cb?tenant=7&x=%20"));
  BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
  const auto url = between(r.body, R"("redirectUrl":")", "\"");
  const auto uri = approve_uri({query_value(url, "clientId"), query_value(url, "x-request-id")});
  BOOST_TEST(uri.starts_with("https://tpp.example/cb?tenant=7&x=%20&accessCode="), uri);
}

BOOST_AUTO_TEST_CASE(fewer_scopes_and_accounts_than_asked) {
  const auto h = authorize();
  const auto code = approve(
      h, R"({"psu":"john","accounts":[82948889462],"scopes":["account.list","account.details"]})");
  const auto r = present_code(code, h.client_id);
  BOOST_TEST(between(r.body, R"("scope":")", "\"") == "account.details account.list");
  const auto t = between(r.body, R"("accessToken":")", "\"");
  const auto list = read_accounts(t).body;
  BOOST_TEST(list.find("82948889462") != std::string::npos);
  BOOST_TEST(list.find("47669570047") == std::string::npos);
  BOOST_TEST(call(t, "/api/tpp/account/balance?accountId=82948889462").status == 403U);
}

BOOST_AUTO_TEST_CASE(no_more_can_be_granted_than_was_asked_and_is_owned) {
  const auto h = authorize("account.list");
  const auto refused = [&](const std::string& decision, unsigned status) {
    const auto r = admin_post(decision_path(h, "approve"), decision);
    BOOST_TEST(r.status == status, decision << " " << r.body);
    BOOST_TEST(r.body.starts_with(R"({"message":")"), r.body);
  };
  refused(R"({"psu":"john","scopes":["account.balance"]})", 400);
  refused(R"({"psu":"john","scopes":[]})", 400);
  refused(R"({"psu":"john","accounts":[]})", 400);
  refused(R"({"psu":"john","accounts":[10000000001]})", 400);
  refused(R"({"psu":"john","accounts":[47669570047,1]})", 400);
  refused(R"({"psu":"nobody"})", 404);
  refused(R"({})", 400);
  approve(h);  // none of these was the one decision
  const sandbox_client::handle unknown{"username__1", "XHGFmOO0KhgM4zPi3nto"};
  BOOST_TEST(admin_post(decision_path(unknown, "approve"), R"({"psu":"john"})").status == 404U);
  BOOST_TEST(admin_post(decision_path(unknown, "deny")).status == 404U);
}

BOOST_AUTO_TEST_CASE(a_blocked_tpp_gets_no_consent) {
  const auto h = authorize();
  const auto approved = authorize();
  const auto code = approve(approved);
  admin_post("/admin/tpps/username/block");
  BOOST_TEST(admin_post(decision_path(h, "approve"), R"({"psu":"john"})").status == 403U);
  BOOST_TEST(present_code(code, approved.client_id).status == 404U);
  admin_post("/admin/tpps/username/unblock");
  redeem(approved, code);
  approve(h);
}

BOOST_AUTO_TEST_CASE(no_secret_reaches_the_log) {
  const auto h = authorize(all_scopes, "&state=my-state");
  const auto code = approve(h);
  const auto t = redeem(h, code);
  read_accounts(t);
  present_code(code, h.client_id);
  revoke(t);
  post(address(),
       "/api/tpp/authorize?username=username&secret=not-the-secret&scope=account.list"
       "&redirect_uri=https://tpp.example/callback");
  post(address(), "/nowhere?accessToken=" + t, bearer_line(t));
  const auto lines = log();
  BOOST_TEST(lines.find("authorization_started") != std::string::npos);
  BOOST_TEST(lines.find("code_replayed") != std::string::npos);
  for (const auto& secret : {h.request_id, code, t, std::string("sandbox-secret"),
                             std::string("not-the-secret"), std::string("sandbox-admin-key")}) {
    BOOST_TEST(lines.find(secret) == std::string::npos, secret);
  }
}

BOOST_AUTO_TEST_SUITE_END()
