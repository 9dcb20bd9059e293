// A TPP that is known by its certificate (RFC 8705), in the words of the standards.
#include <boost/test/unit_test.hpp>

#include "support/certified_tpp.hpp"
#include "support/oauth_tpp.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

const form_fields_map itself{{"client_id", "qwac-tpp"}};

struct fixture {
  sandbox_gateway g{behind_balancer};
  oauth_tpp tpp{g};

  static std::string shown(const std::string& name) { return test_pki::get().header(name); }
  std::string code() {
    const auto pushed = tpp.push(itself, shown("good"));
    BOOST_REQUIRE_MESSAGE(pushed.status == 201U, pushed.body);
    const auto opened = tpp.open_pushed(member(pushed, "request_uri"), "qwac-tpp");
    return query_value(g.approve_uri(oauth_tpp::handle_of(opened)), "code");
  }
  unsigned read(const std::string& token, const std::string& certificate) {
    return post(g.address(), "/api/tpp/accounts", bearer_line(token) + shown(certificate)).status;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_oauth_certificate, fixture)

BOOST_AUTO_TEST_CASE(the_certificate_is_the_authentication_and_binds_the_token) {
  const auto r = tpp.redeem(code(), itself, shown("good"));
  BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
  const auto token = member(r, "access_token");
  BOOST_TEST(read(token, "good") == 200U);
  BOOST_TEST(read(token, "") == 401U);
  BOOST_TEST(read(token, "renewed") == 401U);
  const auto revocation = with(itself, {{"token", token}});
  BOOST_TEST(tpp.post_form("/oauth/revoke", revocation, "").status == 401U);
  BOOST_TEST(read(token, "good") == 200U);
  BOOST_TEST(tpp.post_form("/oauth/revoke", revocation, shown("renewed")).status == 200U);
  BOOST_TEST(read(token, "good") == 401U);
}

BOOST_AUTO_TEST_CASE(the_metadata_says_so_behind_a_balancer_too) {
  const auto m = get(g.address(), "/.well-known/oauth-authorization-server").body;
  BOOST_TEST(m.find("\"tls_client_auth\"") != std::string::npos, m);
  BOOST_TEST(m.find("\"tls_client_certificate_bound_access_tokens\":true") != std::string::npos, m);
}

BOOST_AUTO_TEST_CASE(other_certificates_are_no_authentication) {
  const auto given = code();
  for (const auto& c : certificate_cases) {
    if (c.bound == 200) continue;
    const auto pushed = tpp.push(itself, shown(c.name));
    const auto redeemed = tpp.redeem(given, itself, shown(c.name));
    for (const auto& r : {pushed, redeemed}) {
      BOOST_TEST(r.status == (c.bound == 403 ? 400U : 401U), c.name << ": " << r.body);
      const auto* expected = c.bound == 403 ? "unauthorized_client" : "invalid_client";
      BOOST_TEST(member(r, "error") == expected, c.name << ": " << r.body);
    }
  }
  // Its secret alone does not do.
  const auto with_secret = with(itself, {{"client_secret", "sandbox-secret"}});
  BOOST_TEST(tpp.redeem(given, with_secret, "").status == 401U);
  BOOST_TEST(tpp.redeem(given, with_secret, shown("good")).status == 200U);
}

BOOST_AUTO_TEST_CASE(it_must_push_its_requests) {
  const auto r = tpp.open(itself);
  BOOST_TEST(query_value(r.header("location"), "error") == "invalid_request");
  BOOST_TEST(query_value(r.header("location"), "error_description").find("RFC 9126") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
