// From a request in the words of RFC 6749 and 9126 to the browser's return.
#include <boost/test/unit_test.hpp>

#include "support/oauth_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

struct fixture : sandbox_gateway {
  oauth_tpp tpp{*this};
};

const std::string urn = "urn:ietf:params:oauth:request_uri:";

struct wrong_request {
  const char* what;
  form_fields_map changes;
  const char* error;
};
// Wrong wherever they are said.
const wrong_request wrong_requests[] = {
    {"no response_type", {{"response_type", "-"}}, "invalid_request"},
    {"empty response_type", {{"response_type", ""}}, "invalid_request"},
    {"implicit grant", {{"response_type", "token"}}, "unsupported_response_type"},
    {"OpenID Connect", {{"response_type", "code id_token"}}, "unsupported_response_type"},
    {"no scope", {{"scope", "-"}}, "invalid_scope"},
    {"unknown scope", {{"scope", "account.list openid"}}, "invalid_scope"},
    {"a request object", {{"request", "eyJ"}}, "request_not_supported"},
    {"form_post", {{"response_mode", "form_post"}}, "invalid_request"},
    {"plain PKCE", {{"code_challenge_method", "plain"}}, "invalid_request"},
    {"PKCE without method", {{"code_challenge_method", "-"}}, "invalid_request"},
    {"short challenge", {{"code_challenge", "abc"}}, "invalid_request"},
    {"method without challenge", {{"code_challenge", "-"}}, "invalid_request"},
    {"long state", {{"state", std::string(1025, 's')}}, "invalid_request"},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_oauth_authorize, fixture)

BOOST_AUTO_TEST_CASE(a_request_in_the_browser_comes_back_with_a_code) {
  const auto opened = tpp.open();
  BOOST_TEST(opened.status == 303U);
  BOOST_TEST(opened.header("location").starts_with("http://" + address() + "/consent?clientId="));
  BOOST_TEST(opened.header("referrer-policy") == "no-referrer");
  const auto h = oauth_tpp::handle_of(opened);
  BOOST_TEST(h.client_id == "username__1");
  const auto page = get(address(), opened.header("location").substr(7 + address().size()));
  BOOST_TEST(page.status == 200U);

  const auto back = approve_uri(h);
  BOOST_TEST(back.starts_with(callback_uri + "?code="));
  BOOST_TEST(query_value(back, "code").size() == 32U);
  BOOST_TEST(query_value(back, "state") == "a b&c");
  BOOST_TEST(query_value(back, "iss") == "http://" + address());
  BOOST_TEST(back.find("accessCode") == std::string::npos);
  BOOST_TEST(back.find("clientId") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pushed_request_comes_back_with_a_code) {
  const auto pushed = tpp.push();
  BOOST_TEST(pushed.status == 201U);
  BOOST_TEST(pushed.header("cache-control") == "no-store");
  const auto uri = member(pushed, "request_uri");
  BOOST_TEST(uri.starts_with(urn));
  BOOST_TEST(pushed.body.ends_with(",\"expires_in\":1800}"));
  const auto opened = tpp.open_pushed(uri);
  BOOST_TEST(opened.status == 303U);
  // What else the browser says does not count.
  const auto bent = get(address(), "/oauth/authorize?client_id=username&scope=account.balance" +
                                       std::string("&request_uri=") + percent_encode(uri));
  BOOST_TEST(bent.header("location") == opened.header("location"));
  const auto back = approve_uri(oauth_tpp::handle_of(opened));
  BOOST_TEST(tpp.redeem(query_value(back, "code")).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_refusal_and_a_timeout_come_back_as_errors) {
  const auto h = oauth_tpp::handle_of(tpp.open());
  const auto denied = between(admin_post("/admin/authorizations/" + h.request_id + "/deny").body,
                              "redirectUri\":\"", "\"");
  BOOST_TEST(denied.starts_with(callback_uri + "?error=access_denied&error_description="));
  BOOST_TEST(query_value(denied, "state") == "a b&c");
  BOOST_TEST(query_value(denied, "iss") == "http://" + address());
  BOOST_TEST(denied.find("clientId") == std::string::npos);

  const auto late = oauth_tpp::handle_of(tpp.open());
  clock().advance(1800s);
  const auto expired =
      admin_post("/admin/authorizations/" + late.request_id + "/approve", R"({"psu":"john"})");
  BOOST_TEST(expired.status == 409U);
  BOOST_TEST(expired.body.find(callback_uri + "?error=access_denied") != std::string::npos);
  BOOST_TEST(expired.body.find("clientId") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_documented_return_stays_what_it_was) {
  const auto back = approve_uri(authorize(all_scopes, "&state=s"));
  BOOST_TEST(back.starts_with(callback_uri + "?accessCode="));
  BOOST_TEST(query_value(back, "clientId") == "username__1");
  BOOST_TEST(query_value(back, "code").empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_request_goes_back_with_its_error) {
  for (const auto& row : wrong_requests) {
    const auto r = tpp.open(row.changes);
    const auto to = r.header("location");
    BOOST_TEST(r.status == 303U, row.what << ": " << r.status);
    BOOST_TEST(to.starts_with(callback_uri + "?error="), row.what << ": " << to);
    BOOST_TEST(query_value(to, "error") == row.error, row.what << ": " << to);
    BOOST_TEST(!query_value(to, "error_description").empty(), row.what);
    BOOST_TEST(query_value(to, "iss") == "http://" + address(), row.what);
    if (!row.changes.contains("state")) BOOST_TEST(query_value(to, "state") == "a b&c", row.what);
  }
  const auto without_pkce = tpp.open({{"code_challenge", "-"}, {"code_challenge_method", "-"}});
  BOOST_TEST(query_value(without_pkce.header("location"), "error") == "invalid_request");
  BOOST_TEST(admin_get("/admin/consents").body.find("username__") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_wrong_push_is_told_so) {
  for (const auto& row : wrong_requests) {
    const auto r = tpp.push(row.changes);
    BOOST_TEST(r.status == 400U, row.what << ": " << r.body);
    BOOST_TEST(member(r, "error") == row.error, row.what << ": " << r.body);
    BOOST_TEST(!member(r, "message").empty(), row.what);
    BOOST_TEST(member(r, "message") == member(r, "error_description"), row.what);
  }
  const wrong_request more[] = {
      {"a request_uri", {{"request_uri", urn + "A"}}, "invalid_request"},
      {"no redirect_uri", {{"redirect_uri", "-"}}, "invalid_request"},
      {"a redirect_uri of its own", {{"redirect_uri", callback_uri + "/"}}, "invalid_request"},
      {"another client", {{"client_id", "qwac-tpp"}}, "invalid_request"},
  };
  for (const auto& row : more) {
    const auto r = tpp.push(row.changes);
    BOOST_TEST(r.status == 400U, row.what << ": " << r.body);
    BOOST_TEST(member(r, "error") == row.error, row.what << ": " << r.body);
  }
  // Who has authenticated may do without PKCE, and says who it is once.
  const form_fields_map plain{
      {"code_challenge", "-"}, {"code_challenge_method", "-"}, {"client_id", "-"}};
  BOOST_TEST(tpp.push(plain).status == 201U);
}

// Nobody is sent to an address that nobody has checked.
BOOST_AUTO_TEST_CASE(whom_we_cannot_send_back_gets_a_page) {
  admin_post("/admin/tpps",
             R"({"username":"gone","name":"G","redirect_uris":["https://gone.example/"],)"
             R"("scopes":["account.list"]})");
  admin_post("/admin/tpps/gone/block");
  struct row {
    const char* what;
    form_fields_map changes;
    unsigned status;
    const char* says;
  };
  const row rows[] = {
      {"no client", {{"client_id", "-"}}, 400, "client_id"},
      {"unknown client", {{"client_id", "nobody"}}, 403, "client_id"},
      {"blocked client",
       {{"client_id", "gone"}, {"redirect_uri", "https://gone.example/"}},
       403,
       "client_id"},
      {"no redirect_uri", {{"redirect_uri", "-"}}, 400, "redirect_uri"},
      {"another redirect_uri", {{"redirect_uri", "https://evil.example/"}}, 400, "redirect_uri"},
      {"a longer redirect_uri", {{"redirect_uri", callback_uri + "?x=1"}}, 400, "redirect_uri"},
      {"a foreign request_uri", {{"request_uri", "https://evil.example/r"}}, 400, "request_uri"},
      {"an unknown request_uri",
       {{"request_uri", urn + "XHGFmOO0KhgM4zPi3nto"}},
       404,
       "request_uri"},
  };
  for (const auto& row : rows) {
    const auto r = tpp.open(row.changes);
    BOOST_TEST(r.status == row.status, row.what << ": " << r.status);
    BOOST_TEST(r.header("location").empty(), row.what);
    BOOST_TEST(r.header("content-type").starts_with("text/html"), row.what);
    BOOST_TEST(r.header("content-security-policy").find("unsafe") == std::string::npos, row.what);
    BOOST_TEST(r.body.find(row.says) != std::string::npos, row.what << ": " << r.body);
    BOOST_TEST(r.body.find("evil.example") == std::string::npos, row.what);
  }
  const auto twice = get(address(), "/oauth/authorize?" + encoded(oauth_tpp::request()) +
                                        "&redirect_uri=https://evil.example/");
  BOOST_TEST(twice.status == 400U);
  BOOST_TEST(twice.header("location").empty());
}

BOOST_AUTO_TEST_CASE(a_pushed_request_is_its_own_clients) {
  const auto uri = member(tpp.push(), "request_uri");
  BOOST_TEST(tpp.open_pushed(uri, "qwac-tpp").status == 404U);
  BOOST_TEST(tpp.open_pushed(uri, "").status == 400U);
  // The handle of a documented request is none that was pushed.
  BOOST_TEST(tpp.open_pushed(urn + authorize().request_id).status == 404U);
  BOOST_TEST(tpp.open_pushed(uri).status == 303U);
  admin_post("/admin/tpps/username/block");
  BOOST_TEST(tpp.open_pushed(uri).status == 403U);
}

BOOST_AUTO_TEST_CASE(a_scope_beyond_the_clients_is_an_invalid_scope) {
  const auto added = admin_post(
      "/admin/tpps", R"({"username":"small","name":"S","redirect_uris":["https://s.example/"],)"
                     R"("scopes":["account.list"]})");
  BOOST_REQUIRE(added.status == 201U);
  const auto r = tpp.open({{"client_id", "small"},
                           {"redirect_uri", "https://s.example/"},
                           {"scope", "account.balance"}});
  BOOST_TEST(query_value(r.header("location"), "error") == "invalid_scope");
  const auto pushed = tpp.push({{"client_id", "small"},
                                {"client_secret", member(added, "secret")},
                                {"redirect_uri", "https://s.example/"},
                                {"scope", "account.balance"}},
                               "");
  BOOST_TEST(member(pushed, "error") == "invalid_scope");
}

// Anybody may name a client in a browser; its own requests do not wait for that.
BOOST_AUTO_TEST_CASE(a_flood_in_a_clients_name_is_stopped_and_leaves_the_client_alone) {
  reply r = tpp.open();
  for (int i = 0; i < 1000 && r.status == 303; ++i) r = tpp.open();
  BOOST_TEST(r.status == 429U);
  BOOST_TEST(r.header("content-type").starts_with("text/html"));
  BOOST_TEST(!r.header("retry-after").empty());
  BOOST_TEST(r.header("location").empty());
  BOOST_TEST(tpp.push().status == 201U);
  authorize();
}

BOOST_AUTO_TEST_CASE(the_audit_names_a_client_only_where_it_has_authenticated) {
  tpp.open();
  tpp.push();
  const auto audit = admin_get("/admin/audit").body;
  const auto actor_of = [&](const std::string& client) {
    const auto record = audit.substr(0, audit.find("\"client:" + client + "\""));
    return between(record.substr(record.rfind("\"actor\"")), "\"actor\":\"", "\"");
  };
  BOOST_TEST(actor_of("username__1") == "unknown");
  BOOST_TEST(actor_of("username__2") == "tpp:username");
}

BOOST_AUTO_TEST_CASE(an_empty_request_uri_is_none) {
  BOOST_TEST(tpp.push({{"request_uri", ""}}).status == 201U);
  const auto opened = tpp.open({{"request_uri", ""}});
  BOOST_TEST(opened.status == 303U);
  BOOST_TEST(!oauth_tpp::handle_of(opened).request_id.empty());
}

BOOST_AUTO_TEST_CASE(a_head_looks_and_asks_for_nothing) {
  http_client c(address());
  const auto look = [&](const form_fields_map& changes) {
    const auto query = encoded(with(oauth_tpp::request(), changes));
    c.send("HEAD /oauth/authorize?" + query + " HTTP/1.1\r\nHost: t\r\n\r\n");
    return c.read(true);
  };
  const auto r = look({});
  BOOST_TEST(r.status == 303U);
  BOOST_TEST(r.header("location") == "http://" + address() + "/consent");
  BOOST_TEST(query_value(look({{"scope", "-"}}).header("location"), "error") == "invalid_scope");
  BOOST_TEST(look({{"client_id", "nobody"}}).status == 403U);
  BOOST_TEST(oauth_tpp::handle_of(tpp.open()).client_id == "username__1");
}

BOOST_AUTO_TEST_SUITE_END()
