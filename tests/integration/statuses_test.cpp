// The status table of the wire contract, row by row.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <vector>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string invalid_code = R"({"message":"Entity not found or Invalid access code"})";
const std::string not_found = R"({"message":"Entity not found"})";
const std::string failure = R"({"status":"failure"})";
const std::vector<std::pair<std::string, std::string>> account_endpoints{
    {"/api/tpp/accounts", "account.list"},
    {"/api/tpp/account?accountId=47669570047", "account.details"},
    {"/api/tpp/account/balance?accountId=47669570047", "account.balance"},
};
const std::vector<std::string> all_paths{"/api/tpp/authorize",       "/api/client/token",
                                         "/api/client/token/revoke", "/api/tpp/accounts",
                                         "/api/tpp/account",         "/api/tpp/account/balance"};

// What every answer bears, whatever it says.
void check_common(const reply& r) {
  BOOST_TEST(r.header("content-type") == "application/json");
  BOOST_TEST(r.header("cache-control") == "no-store");
  BOOST_TEST(!r.header("x-request-id").empty());
  BOOST_TEST(r.header("date").ends_with(" GMT"));
}

// {"message": "..."} and nothing else, with something to read.
void check_message(const reply& r) {
  boost::json::error_code ec;
  const auto value = boost::json::parse(r.body, ec);
  BOOST_REQUIRE_MESSAGE(!ec.failed() && value.is_object(), r.body);
  BOOST_TEST(value.get_object().size() == 1U, r.body);
  const auto* message = value.get_object().if_contains("message");
  BOOST_REQUIRE_MESSAGE(message != nullptr && message->is_string(), r.body);
  BOOST_TEST(message->get_string().size() > 5, r.body);
}

struct fixture : sandbox_gateway {
  using sandbox_gateway::sandbox_gateway;

  void expect(const std::string& what, unsigned status, const reply& r,
              const std::string& body = {}) {
    BOOST_TEST_CONTEXT(what << ": " << r.status << " " << r.body) {
      BOOST_TEST(r.status == status);
      check_common(r);
      if (body.empty()) {
        check_message(r);
      } else {
        BOOST_TEST(r.body == body);
      }
    }
  }

  reply ask(const std::string& username, const std::string& secret,
            const std::string& more =
                "&scope=account.list"
                "&redirect_uri=https://tpp.example/callback") {
    return post(address(), "/api/tpp/authorize?username=" + username + "&secret=" + secret + more);
  }

  void expect_refused_token(const std::string& what, const std::string& header) {
    for (const auto& [target, needed] : account_endpoints) {
      const auto r = post(address(), target, header);
      expect(what + " at " + target, 401, r);
      BOOST_TEST(r.header("www-authenticate").starts_with("Bearer"), what);
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_statuses, fixture)

BOOST_AUTO_TEST_CASE(authorize_unknown_username_or_wrong_secret) {
  const auto unknown = ask("nobody", "sandbox-secret");
  const auto wrong = ask("username", "wrong-secret");
  expect("unknown", 401, unknown);
  expect("wrong", 401, wrong);
  BOOST_TEST(unknown.body == wrong.body);
}

BOOST_AUTO_TEST_CASE(authorize_bad_parameters) {
  const auto names = [](const reply& r, const char* name) {
    return r.body.find(name) != std::string::npos;
  };
  const auto uri = ask("username", "sandbox-secret",
                       "&scope=account.list&redirect_uri=https://evil.example/callback");
  expect("unregistered redirect_uri", 400, uri);
  BOOST_TEST(names(uri, "redirect_uri"));
  const auto scope = ask("username", "sandbox-secret",
                         "&scope=payments&redirect_uri=https://tpp.example/callback");
  expect("unknown scope", 400, scope);
  BOOST_TEST(names(scope, "scope"));
  BOOST_TEST(names(scope, "payments"));
  const auto missing = ask("username", "sandbox-secret", "&scope=account.list");
  expect("missing", 400, missing);
  BOOST_TEST(names(missing, "redirect_uri"));
}

BOOST_AUTO_TEST_CASE(authorize_blocked_or_not_allowed) {
  const auto added = admin_post("/admin/tpps", R"({"username":"lister","name":"L","redirect_uris":)"
                                               R"(["https://tpp.example/callback"],)"
                                               R"("scopes":["account.list"]})");
  const auto secret = between(added.body, R"("secret":")", "\"");
  const std::string rest = "&redirect_uri=https://tpp.example/callback";
  BOOST_TEST(ask("lister", secret).status == 200U);
  expect("scope", 403, ask("lister", secret, "&scope=account.balance" + rest));
  expect("one scope of two", 403,
         ask("lister", secret, "&scope=account.list,account.details" + rest));
  admin_post("/admin/tpps/lister/block");
  expect("blocked", 403, ask("lister", secret));
  expect("blocked, and a wrong secret", 401, ask("lister", "wrong"));
  admin_post("/admin/tpps/lister/unblock");
  BOOST_TEST(ask("lister", secret).status == 200U);
}

BOOST_AUTO_TEST_CASE(token_refusals_read_the_same) {
  const auto h = authorize();
  const auto code = approve(h);
  const auto other = authorize();
  const auto other_code = approve(other);
  expect("unknown client", 404, present_code(code, "username__999"), invalid_code);
  expect("unknown TPP", 404, present_code(code, "nobody__1"), invalid_code);
  expect("no client id", 404, present_code(code, "username"), invalid_code);
  expect("wrong code", 404, present_code(code + "x", h.client_id), invalid_code);
  expect("another's code", 404, present_code(other_code, h.client_id), invalid_code);
  expect("the two swapped", 404, present_code(h.client_id, code), invalid_code);
  redeem(h, code);
  expect("used", 404, present_code(code, h.client_id), invalid_code);
  clock().advance(60s);
  expect("expired", 404, present_code(other_code, other.client_id), invalid_code);
}

BOOST_AUTO_TEST_CASE(revoke_refusals) {
  const auto t = token();
  expect("unknown", 400, revoke("gbOyNBXkxceJDGBsz9onYsXK5"), failure);
  expect("malformed", 400, revoke("-"), failure);
  revoke(t);
  expect("already revoked", 400, revoke(t), failure);
  const auto old = token();
  clock().advance(180 * 24h);
  expect("its consent expired", 400, revoke(old), failure);
}

BOOST_AUTO_TEST_CASE(account_endpoints_without_a_good_token) {
  expect_refused_token("no token", "");
  expect_refused_token("another scheme", "Authorization: Basic dXNlcjpwdw==\r\n");
  expect_refused_token("malformed", bearer_line("short"));
  expect_refused_token("not of the alphabet", bearer_line("gbOyNBXkxceJDGBsz9onYsXK-"));
  expect_refused_token("unknown", bearer_line("gbOyNBXkxceJDGBsz9onYsXK5"));
  const auto revoked = token();
  revoke(revoked);
  expect_refused_token("revoked", bearer_line(revoked));
  const auto h = authorize();
  const auto withdrawn = redeem(h, approve(h));
  admin_post("/admin/consents/" + consent_id_of(h.client_id) + "/revoke");
  expect_refused_token("consent ended", bearer_line(withdrawn));
  const auto old = token();
  clock().advance(180 * 24h);
  expect_refused_token("expired", bearer_line(old));
}

BOOST_AUTO_TEST_CASE(www_authenticate_says_why) {
  const auto said = [&](const std::string& header) {
    return post(address(), "/api/tpp/accounts", header).header("www-authenticate");
  };
  BOOST_TEST(said("") == "Bearer");
  BOOST_TEST(said(bearer_line("short")) == "Bearer error=\"invalid_token\"");
  BOOST_TEST(said(bearer_line("gbOyNBXkxceJDGBsz9onYsXK5")) == "Bearer error=\"invalid_token\"");
}

BOOST_AUTO_TEST_CASE(account_endpoints_without_the_scope) {
  for (const auto& [target, needed] : account_endpoints) {
    std::string others;
    for (const auto& [ignored, scope] : account_endpoints) {
      if (scope != needed) others += scope + " ";
    }
    const auto t = token(others);
    for (const auto* time : {"first", "second"}) {  // from the store, then from memory
      const auto r = call(t, target);
      expect(target + " " + time, 403, r);
      BOOST_TEST(r.header("www-authenticate") ==
                 "Bearer error=\"insufficient_scope\", scope=\"" + needed + "\"");
    }
    BOOST_TEST(call(token(needed), target).status == 200U, "scopes do not imply each other");
  }
}

BOOST_AUTO_TEST_CASE(accounts_that_are_not_to_be_seen) {
  const auto t = token(all_scopes, R"({"psu":"john","accounts":[47669570047]})");
  for (const auto* path : {"/api/tpp/account?accountId=", "/api/tpp/account/balance?accountId="}) {
    expect("not ticked", 404, call(t, path + std::string("82948889462")), not_found);
    expect("someone else's", 404, call(t, path + std::string("10000000001")), not_found);
    expect("absent", 404, call(t, path + std::string("1")), not_found);
    expect("zero", 404, call(t, path + std::string("0")), not_found);
    expect("largest", 404, call(t, path + std::string("9223372036854775807")), not_found);
    BOOST_TEST(call(t, path + std::string("47669570047")).status == 200U);
  }
  BOOST_TEST(read_accounts(t).body.find("82948889462") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(unknown_path_and_wrong_method) {
  for (const auto* path :
       {"/api", "/api/tpp", "/api/tpp/accounts/", "/api/tpp/Accounts", "/api//tpp/accounts",
        "/api/tpp/account%73", "/admin/tpps", "/metrics"}) {
    expect(path, 404, post(address(), path));
  }
  for (const auto& path : all_paths) {
    for (const auto* method : {"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "post"}) {
      http_client client(address());
      client.send(std::string(method) + " " + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
      const auto r = client.read();
      expect(method + (" " + path), 405, r);
      BOOST_TEST(r.header("allow") == "POST");
    }
    http_client client(address());
    client.send("HEAD " + path + " HTTP/1.1\r\nHost: t\r\n\r\n");
    BOOST_TEST(client.read(true).status == 405U);
  }
}

BOOST_AUTO_TEST_CASE(too_large_bad_media_type_bad_framing) {
  const auto closes = [&](const std::string& what, unsigned status, const std::string& bytes) {
    http_client client(address());
    client.send(bytes);
    const auto r = client.read();
    expect(what, status, r);
    BOOST_TEST(r.header("connection") == "close", what);
    BOOST_TEST(client.closed_by_peer(), what);
  };
  const std::string line = "POST /api/tpp/accounts HTTP/1.1\r\nHost: t\r\n";
  closes("body", 413, line + form_line + "Content-Length: 65537\r\n\r\n");
  closes("header", 431, line + "X: " + std::string(8192, 'a') + "\r\n\r\n");
  closes("request line", 414, "POST /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n");
  closes("framing", 400, line + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n");
  closes("no host", 400, "POST /api/tpp/accounts HTTP/1.1\r\n\r\n");
  closes("version", 505, "POST /api/tpp/accounts HTTP/2.0\r\nHost: t\r\n\r\n");
  for (const auto& path : all_paths) {
    const auto t = bearer_line(token());
    for (const std::string type : {"", "Content-Type: text/plain\r\n", "Content-Type: \r\n",
                                   "Content-Type: application/jsonx\r\n",
                                   "Content-Type: multipart/form-data; boundary=a\r\n"}) {
      const auto r = post(address(), path, t + type, "accountId=1");
      expect(path + " " + type, 415, r);
      BOOST_TEST(r.header("connection") == "close", path);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_credential) {
  const auto t = token();
  for (const auto& [target, needed] : account_endpoints) {
    const auto more = target + (target.find('?') == std::string::npos ? "?" : "&");
    const auto path = target.substr(0, target.find('?'));
    expect("two headers", 400, post(address(), target, bearer_line(t) + bearer_line(t)));
    expect("two schemes", 400,
           post(address(), target, bearer_line(t) + "Authorization: Basic YTpi\r\n"));
    expect("query", 400, call(t, more + "access_token=" + t));
    expect("query, as elsewhere", 400, call(t, more + "accessToken=" + t));
    expect("form", 400, post(address(), path, bearer_line(t) + form_line, "access_token=" + t));
    expect("json", 400,
           post(address(), path, bearer_line(t) + json_line, R"({"accessToken":")" + t + "\"}"));
    expect("query only", 400, post(address(), more + "access_token=" + t));
  }
}

BOOST_AUTO_TEST_CASE(the_correlation_id_comes_back) {
  const auto sent = [&](const std::string& id) {
    return post(address(), "/api/tpp/accounts", "X-Request-ID: " + id + "\r\n")
        .header("x-request-id");
  };
  BOOST_TEST(sent("abc-123") == "abc-123");
  BOOST_TEST(sent(std::string(128, 'x')) == std::string(128, 'x'));
  BOOST_TEST(sent(std::string(129, 'x')) != std::string(129, 'x'));
  BOOST_TEST(sent("a b") != "a b");
  BOOST_TEST(sent("a") != post(address(), "/api/tpp/accounts").header("x-request-id"));
}

BOOST_AUTO_TEST_SUITE_END()
