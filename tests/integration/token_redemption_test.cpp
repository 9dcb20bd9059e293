// What a code is good for: once, for its own client, in time, with whatever else was demanded.
#include <boost/test/unit_test.hpp>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string challenge =
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636, appendix B
const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string with_challenge = "&code_challenge_method=S256&code_challenge=" + challenge;

// A TPP of whom more is demanded, added as a bank adds it.
struct strict_tpp {
  sandbox_gateway& g;
  std::string secret;

  strict_tpp(sandbox_gateway& gateway, const std::string& demands) : g(gateway) {
    const auto r = g.admin_post("/admin/tpps", R"({"username":"strict","name":"S","redirect_uris":)"
                                               R"(["https://tpp.example/callback"],)"
                                               R"("scopes":["account.list"],)" +
                                                   demands + "}");
    BOOST_REQUIRE_MESSAGE(r.status == 201U, r.body);
    secret = between(r.body, R"("secret":")", "\"");
  }
  reply ask(const std::string& more = {}) const {
    return post(g.address(), "/api/tpp/authorize?username=strict&scope=account.list&secret=" +
                                 secret + "&redirect_uri=https://tpp.example/callback" + more);
  }
  sandbox_client::handle handle(const std::string& more = {}) const {
    const auto url = between(ask(more).body, R"("redirectUrl":")", "\"");
    return {query_value(url, "clientId"), query_value(url, "x-request-id")};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_token_redemption, sandbox_gateway)

BOOST_AUTO_TEST_CASE(a_replayed_code_is_refused_and_revokes_what_it_gave) {
  const auto h = authorize();
  const auto code = approve(h);
  const auto t = redeem(h, code);
  BOOST_TEST(read_accounts(t).status == 200U);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
  BOOST_TEST(read_accounts(t).status == 401U);
  BOOST_TEST(revoke(t).status == 400U);
  BOOST_TEST(admin_get("/admin/consents").body.find("code_replayed") != std::string::npos);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
}

BOOST_AUTO_TEST_CASE(a_replay_with_another_client_id_is_only_refused) {
  const auto h = authorize();
  const auto other = authorize();
  const auto code = approve(h);
  BOOST_TEST(present_code(code, other.client_id).status == 404U);
  const auto t = redeem(h, code);  // the first attempt did not use it up
  BOOST_TEST(present_code(code, other.client_id).status == 404U);
  BOOST_TEST(present_code(code, "username__999").status == 404U);
  BOOST_TEST(read_accounts(t).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_late_replay_still_revokes) {
  const auto h = authorize();
  const auto code = approve(h);
  const auto t = redeem(h, code);
  clock().advance(24h);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
  BOOST_TEST(read_accounts(t).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_code_expires_at_its_second) {
  const auto last = authorize();
  const auto late = authorize();
  const auto last_code = approve(last);
  const auto late_code = approve(late);
  clock().advance(59s);
  redeem(last, last_code);
  clock().advance(1s);
  BOOST_TEST(present_code(late_code, late.client_id).status == 404U);
}

BOOST_AUTO_TEST_CASE(pkce_right_wrong_missing) {
  const auto h = authorize(all_scopes, with_challenge);
  const auto code = approve(h);
  BOOST_TEST(present_code(code, h.client_id).status == 404U, "missing");
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=").status == 404U, "empty");
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=" + verifier + "x").status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=" + challenge).status == 404U,
             "the challenge is not its own verifier");
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=" + verifier).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_verifier_without_a_challenge_is_refused) {
  const auto h = authorize();
  const auto code = approve(h);
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=" + verifier).status == 404U);
  redeem(h, code);
}

BOOST_AUTO_TEST_CASE(a_tpp_that_must_use_pkce) {
  const strict_tpp tpp(*this, R"("requires_pkce":true)");
  const auto without = tpp.ask();
  BOOST_TEST(without.status == 400U);
  BOOST_TEST(without.body.find("code_challenge") != std::string::npos);
  const auto h = tpp.handle(with_challenge);
  const auto code = approve(h);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&code_verifier=" + verifier).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_tpp_that_must_bring_its_secret) {
  const strict_tpp tpp(*this, R"("requires_secret":true)");
  const auto h = tpp.handle();
  const auto code = approve(h);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&secret=wrong").status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&secret=sandbox-secret").status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&secret=" + tpp.secret).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_rotated_secret_takes_the_place_of_the_old_one) {
  const strict_tpp tpp(*this, R"("requires_secret":true)");
  const auto h = tpp.handle();
  const auto code = approve(h);
  const auto rotated = admin_post("/admin/tpps/strict/rotate-secret");
  const auto fresh = between(rotated.body, R"("secret":")", "\"");
  BOOST_TEST(tpp.ask().status == 401U);
  BOOST_TEST(present_code(code, h.client_id, "&secret=" + tpp.secret).status == 404U);
  BOOST_TEST(present_code(code, h.client_id, "&secret=" + fresh).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_consent_withdrawn_before_the_code_is_used) {
  const auto h = authorize();
  const auto code = approve(h);
  BOOST_TEST(admin_post("/admin/consents/" + consent_id_of(h.client_id) + "/revoke").status ==
             200U);
  BOOST_TEST(present_code(code, h.client_id).status == 404U);
}

BOOST_AUTO_TEST_SUITE_END()
