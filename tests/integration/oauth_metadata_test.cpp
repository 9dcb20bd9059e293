// What a client learns of the gateway before it begins (RFC 8414).
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "support/oauth_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

const std::string path = "/.well-known/oauth-authorization-server";

boost::json::object metadata(const sandbox_gateway& g) {
  const auto r = get(g.address(), path);
  BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
  BOOST_TEST(r.header("content-type") == "application/json");
  return boost::json::parse(r.body).as_object();
}

std::string list(const boost::json::object& m, const std::string& name) {
  return boost::json::serialize(m.at(name));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_oauth_metadata)

BOOST_AUTO_TEST_CASE(it_names_every_endpoint_and_what_is_supported) {
  sandbox_gateway g;
  const auto m = metadata(g);
  const auto base = "http://" + g.address();
  BOOST_TEST(m.at("issuer").as_string() == base);
  BOOST_TEST(m.at("authorization_endpoint").as_string() == base + "/oauth/authorize");
  BOOST_TEST(m.at("token_endpoint").as_string() == base + "/oauth/token");
  BOOST_TEST(m.at("pushed_authorization_request_endpoint").as_string() == base + "/oauth/par");
  BOOST_TEST(m.at("revocation_endpoint").as_string() == base + "/oauth/revoke");
  BOOST_TEST(list(m, "scopes_supported") ==
             R"(["account.balance","account.details","account.list"])");
  BOOST_TEST(list(m, "response_types_supported") == R"(["code"])");
  BOOST_TEST(list(m, "code_challenge_methods_supported") == R"(["S256"])");
  BOOST_TEST(list(m, "grant_types_supported") == R"(["authorization_code"])");
  BOOST_TEST(list(m, "token_endpoint_auth_methods_supported") ==
             R"(["client_secret_basic","client_secret_post"])");
  BOOST_TEST(m.at("authorization_response_iss_parameter_supported").as_bool());
  BOOST_TEST(!m.at("tls_client_certificate_bound_access_tokens").as_bool());
  BOOST_TEST(m.at("consent_max_age").as_int64() == 180 * 86'400);
  BOOST_TEST(m.at("access_token_max_age").as_int64() == 315'360'000);
  BOOST_TEST(m.at("authorization_request_max_age").as_int64() == 1800);
}

BOOST_AUTO_TEST_CASE(it_says_what_the_configuration_says) {
  sandbox_gateway g([](config& c) {
    c.token_ttl = std::chrono::seconds{300};
    c.consent_ttl = std::chrono::seconds{86'400};
    c.public_url = "https://bank.example";
  });
  const auto m = metadata(g);
  BOOST_TEST(m.at("issuer").as_string() == "https://bank.example");
  BOOST_TEST(m.at("token_endpoint").as_string() == "https://bank.example/oauth/token");
  BOOST_TEST(list(m, "grant_types_supported") == R"(["authorization_code","refresh_token"])");
  BOOST_TEST(m.at("consent_max_age").as_int64() == 86'400);
  BOOST_TEST(m.at("access_token_max_age").as_int64() == 300);
}

BOOST_AUTO_TEST_CASE(the_issuer_is_the_iss_of_every_return) {
  sandbox_gateway g([](config& c) { c.public_url = "https://bank.example"; });
  const oauth_tpp tpp(g);
  BOOST_TEST(query_value(tpp.returned(), "iss") == "https://bank.example");
  BOOST_TEST(query_value(tpp.open({{"scope", "-"}}).header("location"), "iss") ==
             "https://bank.example");
}

BOOST_AUTO_TEST_CASE(other_methods_are_told_which_there_are) {
  sandbox_gateway g;
  BOOST_TEST(post(g.address(), path).header("allow") == "GET, HEAD");
  for (const auto* endpoint : {"/oauth/par", "/oauth/token", "/oauth/revoke"}) {
    const auto r = get(g.address(), endpoint);
    BOOST_TEST(r.status == 405U);
    BOOST_TEST(r.header("allow") == "POST");
  }
  BOOST_TEST(post(g.address(), "/oauth/authorize").status == 405U);
}

BOOST_AUTO_TEST_SUITE_END()
