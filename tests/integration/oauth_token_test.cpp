// From a code to a token and its end, in the words of RFC 6749 and 7009.
#include <boost/test/unit_test.hpp>

#include "support/oauth_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

struct fixture : sandbox_gateway {
  oauth_tpp tpp{*this};

  /// Another TPP, added as a bank adds it; its secret.
  std::string add_other() {
    const auto r =
        admin_post("/admin/tpps", R"({"username":"other","name":"O","redirect_uris":[")" +
                                      callback_uri + R"("],"scopes":["account.list"]})");
    BOOST_REQUIRE_MESSAGE(r.status == 201U, r.body);
    return member(r, "secret");
  }
};

const form_fields_map in_body{{"client_id", "username"}, {"client_secret", "sandbox-secret"}};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_oauth_token, fixture)

BOOST_AUTO_TEST_CASE(a_code_becomes_a_token) {
  const auto r = tpp.redeem(tpp.code({{"scope", "account.list account.balance"}}));
  BOOST_TEST(r.status == 200U, r.body);
  BOOST_TEST(r.header("cache-control") == "no-store");
  BOOST_TEST(r.header("pragma") == "no-cache");
  const auto token = member(r, "access_token");
  BOOST_TEST(r.body == R"({"access_token":")" + token +
                           R"(","token_type":"Bearer","expires_in":15552000,)"
                           R"("scope":"account.balance account.list","consent_id":"username__1"})");
  BOOST_TEST(read_accounts(token).status == 200U);
  const auto by_post = tpp.redeem(tpp.code(), in_body, "");
  BOOST_TEST(by_post.status == 200U, by_post.body);
}

BOOST_AUTO_TEST_CASE(expires_in_is_what_is_left) {
  sandbox_gateway brief([](config& c) {
    c.token_ttl = 300s;
    c.consent_ttl = 400s;
    c.code_ttl = 200s;
  });
  const oauth_tpp other(brief);
  const auto early = other.code();
  BOOST_TEST(other.redeem(early).body.find(R"("expires_in":300,)") != std::string::npos);
  const auto late = other.code();
  brief.clock().advance(150s);
  BOOST_TEST(other.redeem(late).body.find(R"("expires_in":250,)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_request_is_said) {
  struct row {
    const char* what;
    form_fields_map changes;
    std::string headers;
    unsigned status;
    const char* error;
  };
  const std::string wrong_basic = "Authorization: Basic dXNlcm5hbWU6d3Jvbmc=\r\n";
  const row rows[] = {
      {"no grant_type", {{"grant_type", "-"}}, basic_line, 400, "invalid_request"},
      {"a password", {{"grant_type", "password"}}, basic_line, 400, "unsupported_grant_type"},
      {"no code", {{"code", "-"}}, basic_line, 400, "invalid_request"},
      {"an empty code", {{"code", ""}}, basic_line, 400, "invalid_request"},
      {"no redirect_uri", {{"redirect_uri", "-"}}, basic_line, 400, "invalid_request"},
      {"another redirect_uri",
       {{"redirect_uri", "https://tpp.example/callback"}},
       basic_line,
       400,
       "invalid_grant"},
      {"no verifier", {{"code_verifier", "-"}}, basic_line, 400, "invalid_grant"},
      {"another verifier", {{"code_verifier", sample_challenge}}, basic_line, 400, "invalid_grant"},
      {"an unknown code", {{"code", std::string(32, 'x')}}, basic_line, 400, "invalid_grant"},
      {"nobody", {}, "", 401, "invalid_client"},
      {"a name alone", {{"client_id", "username"}}, "", 401, "invalid_client"},
      {"a wrong secret", {}, wrong_basic, 401, "invalid_client"},
      {"a wrong secret in the body",
       {{"client_id", "username"}, {"client_secret", "wrong"}},
       "",
       401,
       "invalid_client"},
      {"an unknown client",
       {{"client_id", "nobody"}, {"client_secret", "sandbox-secret"}},
       "",
       401,
       "invalid_client"},
      {"two ways at once", in_body, basic_line, 400, "invalid_request"},
      {"two clients", {{"client_id", "other"}}, basic_line, 400, "invalid_request"},
      {"a bearer", {}, bearer_line("abc"), 400, "invalid_request"},
  };
  const auto code = tpp.code();
  for (const auto& row : rows) {
    const auto r = tpp.redeem(code, row.changes, row.headers);
    BOOST_TEST(r.status == row.status, row.what << ": " << r.status << ' ' << r.body);
    BOOST_TEST(member(r, "error") == row.error, row.what << ": " << r.body);
    BOOST_TEST(member(r, "error_description") == member(r, "message"), row.what);
    BOOST_TEST(!member(r, "message").empty(), row.what);
    BOOST_TEST(r.header("www-authenticate").starts_with("Basic") == (row.status == 401), row.what);
  }
  BOOST_TEST(tpp.redeem(code).status == 200U, "none of them used it up");
}

BOOST_AUTO_TEST_CASE(parameters_go_into_a_form_body) {
  const auto code = tpp.code();
  const auto form = encoded(oauth_tpp::redemption(code));
  const auto in_url = post(address(), "/oauth/token?" + form, basic_line);
  BOOST_TEST(in_url.status == 400U);
  BOOST_TEST(member(in_url, "error") == "invalid_request");
  BOOST_TEST(
      post(address(), "/oauth/token?grant_type=authorization_code", basic_line + form_line, form)
          .status == 400U);
  const auto json = post(address(), "/oauth/token", basic_line + json_line, R"({"code":"x"})");
  BOOST_TEST(json.status == 415U);
  BOOST_TEST(member(json, "error") == "invalid_request");
  const auto twice = post(address(), "/oauth/token", basic_line + form_line, form + "&code=x");
  BOOST_TEST(twice.status == 400U);
  BOOST_TEST(member(twice, "error") == "invalid_request");
  // A name that no JSON string and no error_description may hold as it is.
  const auto odd =
      post(address(), "/oauth/token", basic_line + form_line, "%22%C3%A4=1&%22%C3%A4=2");
  BOOST_TEST(odd.status == 400U);
  BOOST_TEST(odd.body.find("\\\"") == std::string::npos);
  BOOST_TEST(tpp.redeem(code).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_code_works_once_and_a_replay_ends_the_consent) {
  const auto code = tpp.code();
  const auto token = member(tpp.redeem(code), "access_token");
  BOOST_TEST(read_accounts(token).status == 200U);
  const auto replayed = tpp.redeem(code);
  BOOST_TEST(replayed.status == 400U);
  BOOST_TEST(member(replayed, "error") == "invalid_grant");
  BOOST_TEST(read_accounts(token).status == 401U);
  BOOST_TEST(admin_get("/admin/consents").body.find("code_replayed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_code_is_its_own_clients) {
  const auto secret = add_other();
  const form_fields_map as_other{{"client_id", "other"}, {"client_secret", secret}};
  const auto code = tpp.code();
  const auto stolen = tpp.redeem(code, as_other, "");
  BOOST_TEST(member(stolen, "error") == "invalid_grant");
  const auto token = member(tpp.redeem(code), "access_token");
  BOOST_TEST(member(tpp.redeem(code, as_other, ""), "error") == "invalid_grant");
  BOOST_TEST(read_accounts(token).status == 200U, "who is another cannot end it");
}

BOOST_AUTO_TEST_CASE(a_code_expires) {
  const auto code = tpp.code();
  clock().advance(60s);
  BOOST_TEST(member(tpp.redeem(code), "error") == "invalid_grant");
}

BOOST_AUTO_TEST_CASE(both_surfaces_share_one_core) {
  // Asked here, redeemed there; with the PKCE that was asked for.
  const auto h = oauth_tpp::handle_of(tpp.open());
  const auto code = query_value(approve_uri(h), "code");
  const auto as_itself = "&secret=sandbox-secret&code_verifier=" + sample_verifier;
  BOOST_TEST(present_code(code, h.client_id, "&secret=sandbox-secret").status == 404U);
  const auto there = present_code(code, h.client_id, as_itself);
  BOOST_TEST(there.status == 200U, there.body);
  BOOST_TEST(tpp.revoke(member(there, "accessToken")).status == 200U);
  BOOST_TEST(read_accounts(member(there, "accessToken")).status == 401U);
  // Asked there, redeemed here.
  const auto documented = authorize();
  const auto r = tpp.redeem(approve(documented), {{"code_verifier", "-"}});
  BOOST_TEST(r.status == 200U, r.body);
  BOOST_TEST(member(r, "consent_id") == documented.client_id);
  BOOST_TEST(revoke(member(r, "access_token")).status == 200U);
}

// Whoever filed the request in the TPP's name knows its verifier.
BOOST_AUTO_TEST_CASE(a_standard_code_is_its_authenticated_clients_at_the_documented_endpoint_too) {
  const auto h = oauth_tpp::handle_of(tpp.open());
  const auto code = query_value(approve_uri(h), "code");
  const auto verifier = "&code_verifier=" + sample_verifier;
  BOOST_TEST(present_code(code, h.client_id, verifier).status == 404U);
  BOOST_TEST(present_code(code, h.client_id, verifier + "&secret=wrong").status == 404U);
  const auto token = member(tpp.redeem(code), "access_token");
  BOOST_TEST(present_code(code, h.client_id, verifier).status == 404U);
  BOOST_TEST(read_accounts(token).status == 200U, "who is not the client cannot end it");
  BOOST_TEST(present_code(code, h.client_id, verifier + "&secret=sandbox-secret").status == 404U);
  BOOST_TEST(read_accounts(token).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_blocked_client_is_told_so_once_it_is_known) {
  const auto code = tpp.code();
  admin_post("/admin/tpps/username/block");
  const auto r = tpp.redeem(code);
  BOOST_TEST(r.status == 400U);
  BOOST_TEST(member(r, "error") == "unauthorized_client");
  BOOST_TEST(member(tpp.push(), "error") == "unauthorized_client");
  BOOST_TEST(tpp.push({}, "Authorization: Basic dXNlcm5hbWU6d3Jvbmc=\r\n").status == 401U);
}

BOOST_AUTO_TEST_CASE(revocation_ends_the_consent_and_may_be_repeated) {
  const auto token = tpp.token();
  BOOST_TEST(read_accounts(token).status == 200U);
  const auto first = tpp.revoke(token);
  BOOST_TEST(first.status == 200U);
  BOOST_TEST(first.body == "{}");
  BOOST_TEST(read_accounts(token).status == 401U);
  BOOST_TEST(tpp.revoke(token).status == 200U);
  BOOST_TEST(tpp.revoke("gbOyNBXkxceJDGBsz9onYsXK5").status == 200U);
  BOOST_TEST(tpp.revoke("anything at all").status == 200U);
  const auto hinted = tpp.post_form(
      "/oauth/revoke", {{"token", tpp.token()}, {"token_type_hint", "riddle"}}, basic_line);
  BOOST_TEST(hinted.status == 200U);
  BOOST_TEST(admin_get("/admin/consents").body.find("revoked_by_tpp") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refresh_tokens_are_given_where_tokens_end_first) {
  BOOST_TEST(member(tpp.redeem(tpp.code()), "refresh_token").empty());
  sandbox_gateway brief([](config& c) { c.token_ttl = 3600s; });
  const oauth_tpp other(brief);
  const auto first = other.redeem(other.code());
  const auto presented = member(first, "refresh_token");
  BOOST_TEST(!presented.empty());
  const auto ask = [&](const form_fields_map& changes) {
    return other.post_form(
        "/oauth/token",
        with({{"grant_type", "refresh_token"}, {"refresh_token", presented}}, changes), basic_line);
  };
  brief.clock().advance(4000s);
  BOOST_TEST(brief.read_accounts(member(first, "access_token")).status == 401U);
  const auto next = ask({{"scope", "account.list"}});
  BOOST_TEST(next.status == 200U, next.body);
  BOOST_TEST(next.header("pragma") == "no-cache");
  BOOST_TEST(next.body.find(R"("token_type":"Bearer","expires_in":3600,)") != std::string::npos);
  BOOST_TEST(member(next, "consent_id") == "username__1");
  BOOST_TEST(brief.read_accounts(member(next, "access_token")).status == 200U);
  BOOST_TEST(ask({}).body == next.body, "an answer that was lost is given again");
  BOOST_TEST(member(ask({{"refresh_token", "-"}}), "error") == "invalid_request");
  BOOST_TEST(member(ask({{"refresh_token", "x"}}), "error") == "invalid_grant");
  BOOST_TEST(brief.read_accounts(member(next, "access_token")).status == 200U);
  // Long after, it can only be somebody else's copy.
  brief.clock().advance(61s);
  BOOST_TEST(member(ask({}), "error") == "invalid_grant");
  BOOST_TEST(brief.read_accounts(member(next, "access_token")).status == 401U);
}

BOOST_AUTO_TEST_CASE(revoking_a_refresh_token_ends_the_consent) {
  sandbox_gateway brief([](config& c) { c.token_ttl = 3600s; });
  const oauth_tpp other(brief);
  const auto issued = other.redeem(other.code());
  const auto stranger = brief.admin_post(
      "/admin/tpps", R"({"username":"other","name":"O","redirect_uris":["https://o.example/"],)"
                     R"("scopes":["account.list"]})");
  const form_fields_map stolen{{"token", member(issued, "refresh_token")},
                               {"client_id", "other"},
                               {"client_secret", member(stranger, "secret")}};
  const auto refused = other.post_form("/oauth/revoke", stolen);
  BOOST_TEST(refused.status == 400U);
  BOOST_TEST(member(refused, "error") == "unauthorized_client");
  BOOST_TEST(brief.read_accounts(member(issued, "access_token")).status == 200U);
  BOOST_TEST(other.revoke(member(issued, "refresh_token")).status == 200U);
  BOOST_TEST(brief.read_accounts(member(issued, "access_token")).status == 401U);
  BOOST_TEST(other.post_form("/oauth/revoke", stolen).status == 200U, "it is nobody's by now");
}

BOOST_AUTO_TEST_CASE(a_token_is_revoked_by_its_own_client_only) {
  const auto secret = add_other();
  const auto token = tpp.token();
  const form_fields_map as_other{
      {"token", token}, {"client_id", "other"}, {"client_secret", secret}};
  const auto refused = tpp.post_form("/oauth/revoke", as_other);
  BOOST_TEST(refused.status == 400U);
  BOOST_TEST(member(refused, "error") == "unauthorized_client");
  BOOST_TEST(read_accounts(token).status == 200U);
  BOOST_TEST(tpp.revoke(token, "").status == 401U);
  BOOST_TEST(member(tpp.post_form("/oauth/revoke", {}, basic_line), "error") == "invalid_request");
  BOOST_TEST(read_accounts(token).status == 200U);
}

BOOST_AUTO_TEST_CASE(too_many_requests_say_when_to_come_back) {
  sandbox_gateway slow([](config& c) {
    c.tpp_rate = 1;
    c.tpp_burst = 1;
  });
  const oauth_tpp hasty(slow);
  reply r;
  for (int i = 0; i < 100 && r.status != 429; ++i) r = hasty.revoke("x");
  BOOST_TEST(r.status == 429U);
  BOOST_TEST(member(r, "error") == "temporarily_unavailable");
  BOOST_TEST(!r.header("retry-after").empty());
}

BOOST_AUTO_TEST_SUITE_END()
