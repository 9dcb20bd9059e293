// Who may speak for a TPP that is bound to an organization: whoever shows its certificate, by way
// of a trusted balancer. support/test_pki.hpp has the table of certificates.
#include <boost/test/unit_test.hpp>

#include "support/certified_tpp.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

struct fixture {
  sandbox_gateway g{behind_balancer};
  certified_tpp tpp{g};
};

bool says(const reply& r, const std::string& what) {
  return r.body.starts_with(R"({"message":")") && r.body.find(what) != std::string::npos;
}

const std::string unbound_authorize =
    "/api/tpp/authorize?username=username&secret=sandbox-secret&scope=account.list"
    "&redirect_uri=http://127.0.0.1:9090/callback";

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_tpp_identity)

BOOST_FIXTURE_TEST_CASE(authorize_wants_the_certificate_of_the_tpp, fixture) {
  for (const auto& c : certificate_cases) {
    const auto r = tpp.authorize(c.name);
    BOOST_TEST(r.status == c.bound, c.name << ": " << r.status << " " << r.body);
    if (c.bound != 200) BOOST_TEST(says(r, c.says), c.name << ": " << r.body);
  }
  BOOST_TEST(g.log().find(R"("event":"tpp_certificate_refused")") != std::string::npos);
  BOOST_TEST(g.log().find("PSDDE-BAFIN-654321") != std::string::npos);
  const auto dump = test_pki::get().header("wrong-organization").substr(14, 60);
  BOOST_TEST(g.log().find(dump) == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_wrong_secret_comes_before_the_certificate, fixture) {
  const auto r = tpp.call(
      "/api/tpp/authorize?username=qwac-tpp&secret=wrong&scope=account.list"
      "&redirect_uri=http://127.0.0.1:9090/callback",
      "");
  BOOST_TEST(r.body == R"({"message":"Unknown username or wrong secret"})");
}

BOOST_FIXTURE_TEST_CASE(a_tpp_without_organization_needs_none, fixture) {
  for (const auto& c : certificate_cases) {
    const auto r = tpp.call(unbound_authorize, c.name);
    BOOST_TEST(r.status == (c.verifies ? 200U : 401U), c.name << ": " << r.body);
  }
  const auto token = g.token();
  for (const auto* name : {"", "good", "wrong-role", "no-statement"}) {
    BOOST_TEST(tpp.read(token, name).status == 200U, name);
  }
  const auto refused = tpp.read(token, "expired");
  BOOST_TEST(refused.status == 401U);
  BOOST_TEST(!refused.header("www-authenticate").empty());
  BOOST_TEST(g.revoke(token).status == 200U);
}

BOOST_FIXTURE_TEST_CASE(the_token_endpoint_wants_it_too_and_keeps_the_code, fixture) {
  const auto given = tpp.approved();
  for (const auto& c : certificate_cases) {
    if (c.bound == 200) continue;
    const auto r = tpp.redeem(given, c.name);
    BOOST_TEST(r.status == c.bound, c.name << ": " << r.status << " " << r.body);
    BOOST_TEST(says(r, c.says), c.name << ": " << r.body);
  }
  // Who has no code learns nothing of the TPP.
  BOOST_TEST(tpp.redeem({given.client_id, "AAAA"}, "").status == 404U);
  BOOST_TEST(tpp.redeem(given, "good").status == 200U);
}

BOOST_FIXTURE_TEST_CASE(a_replay_without_certificate_still_ends_the_consent, fixture) {
  const auto given = tpp.approved();
  const auto token = between(tpp.redeem(given, "good").body, R"("accessToken":")", "\"");
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  BOOST_TEST(tpp.redeem(given, "").status == 404U);
  BOOST_TEST(tpp.read(token, "good").status == 401U);
}

BOOST_FIXTURE_TEST_CASE(both_ways_of_writing_the_header_are_read, fixture) {
  BOOST_TEST(tpp.authorize("", test_pki::get().escaped_header("good")).status == 200U);
  BOOST_TEST(tpp.authorize("", test_pki::get().escaped_header("wrong-role")).status == 403U);
  const auto token = tpp.token();
  const auto read = post(g.address(), "/api/tpp/accounts",
                         bearer_line(token) + test_pki::get().escaped_header("good"));
  BOOST_TEST(read.status == 200U);
}

BOOST_FIXTURE_TEST_CASE(a_malformed_or_second_header_is_refused_whoever_the_tpp_is, fixture) {
  const auto good = test_pki::get().header("good");
  const auto token = g.token();
  for (const auto& lines : {good + good, std::string("Client-Cert: rubbish\r\n"),
                            std::string("Client-Cert: :AAAA:\r\n")}) {
    BOOST_TEST(tpp.authorize("", lines).status == 400U);
    BOOST_TEST(post(g.address(), unbound_authorize, lines).status == 400U);
    BOOST_TEST(post(g.address(), "/api/tpp/accounts", bearer_line(token) + lines).status == 400U);
    BOOST_TEST(
        post(g.address(), "/api/client/token?accessCode=a&clientId=username__1", lines).status ==
        400U);
    BOOST_TEST(post(g.address(), "/api/client/token/revoke?accessToken=" + token, lines).status ==
               400U);
  }
  BOOST_TEST(g.read_accounts(token).status == 200U);
}

BOOST_AUTO_TEST_CASE(from_an_untrusted_address_the_header_is_nothing) {
  sandbox_gateway g([](config& c) {
    behind_balancer(c);
    c.trusted_proxies = "10.0.0.0/8";
  });
  const certified_tpp tpp(g);
  const auto r = tpp.authorize("good");
  BOOST_TEST(r.status == 401U);
  BOOST_TEST(says(r, "must present its client certificate"), r.body);
  for (const auto& lines : {test_pki::get().header("expired"), test_pki::get().header("good"),
                            std::string("Client-Cert: rubbish\r\nClient-Cert: rubbish\r\n")}) {
    BOOST_TEST(post(g.address(), unbound_authorize, lines).status == 200U);
  }
}

BOOST_AUTO_TEST_CASE(without_authorities_the_balancers_word_is_taken) {
  sandbox_gateway g([](config& c) { c.trusted_proxies = "127.0.0.1/32"; });
  const certified_tpp tpp(g);
  BOOST_TEST(tpp.authorize("good").status == 200U);
  BOOST_TEST(tpp.authorize("wrong-ca").status == 200U);
  BOOST_TEST(tpp.authorize("expired").status == 401U);
  BOOST_TEST(tpp.authorize("wrong-role").status == 403U);
  BOOST_TEST(tpp.authorize("wrong-organization").status == 401U);
}

BOOST_AUTO_TEST_CASE(authorities_that_cannot_be_read_refuse_the_start) {
  try {
    sandbox_gateway g([](config& c) { c.tls_client_ca = "/nowhere/ca.pem"; });
    BOOST_ERROR("it started");
  } catch (const std::runtime_error& e) {
    const std::string why = e.what();
    BOOST_TEST(why.find("tls-client-ca: /nowhere/ca.pem") != std::string::npos, why);
  }
}

BOOST_FIXTURE_TEST_CASE(a_bank_binds_a_tpp, fixture) {
  const auto add = [&](const std::string& name, const std::string& organization) {
    return g
        .admin_post("/admin/tpps", R"({"username":")" + name + R"(","name":"A","scopes":)" +
                                       R"("account.list","redirect_uris":["https://a.example/"],)" +
                                       R"("organization":")" + organization + "\"}")
        .status;
  };
  BOOST_TEST(add("new", "PSDGB-FCA-999999") == 201U);
  BOOST_TEST(add("bad", "FCA 999999") == 400U);
  BOOST_TEST(add("free", "") == 201U);
  BOOST_TEST(g.admin_get("/admin/tpps").body.find(R"("organization":"PSDGB-FCA-999999")") !=
             std::string::npos);

  const auto set = [&](const std::string& json) {
    return g.admin_post("/admin/tpps/username/organization", json).status;
  };
  const auto token = g.token();
  BOOST_TEST(set("{}") == 400U);
  BOOST_TEST(set(R"({"organization":"x"})") == 400U);
  BOOST_TEST(tpp.read(token, "").status == 200U);
  BOOST_TEST(set(R"({"organization":"PSDGB-FCA-123456"})") == 200U);
  // Tokens from before go with any certificate of that organization, on hit and miss.
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(tpp.read(token, "").status == 401U);
    BOOST_TEST(tpp.read(token, "wrong-organization").status == 401U);
    BOOST_TEST(tpp.read(token, "wrong-role").status == 401U);
    BOOST_TEST(tpp.read(token, "good").status == 200U);
    BOOST_TEST(tpp.read(token, "renewed").status == 200U);
  }
  BOOST_TEST(tpp.call(unbound_authorize, "").status == 401U);
  BOOST_TEST(tpp.call(unbound_authorize, "good").status == 200U);
  BOOST_TEST(set(R"({"organization":"PSDDE-BAFIN-654321"})") == 409U);
  BOOST_TEST(
      g.admin_post("/admin/tpps/nobody/organization", R"({"organization":"VATDE-1"})").status ==
      404U);
}

BOOST_AUTO_TEST_SUITE_END()
