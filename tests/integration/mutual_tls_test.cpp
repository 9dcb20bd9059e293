// A TPP that shows its certificate to us, in the handshake: the table of support/test_pki.hpp, and
// what becomes of a token that is bound to a certificate, over TLS 1.2 and 1.3.
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "support/tls_tpp.hpp"

namespace multipass::testing {
namespace {

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

const std::string of_anybody =
    "/api/tpp/authorize?username=username&secret=sandbox-secret&scope=account.list"
    "&redirect_uri=http://127.0.0.1:9090/callback";

tls_options only(int version) {
  tls_options o;
  o.version = version;
  return o;
}

long long failed_handshakes(sandbox_gateway& g) {
  return g.metric(R"(multipass_tls_handshakes_total{listener="public",outcome="failed"})");
}

void check_answer(const reply& r, const certificate_case& c) {
  BOOST_TEST(r.status == c.bound, c.name << ": " << r.status << " " << r.body);
  if (c.bound == 200) return;
  BOOST_TEST(r.body.starts_with(R"({"message":")"), r.body);
  BOOST_TEST(r.body.find(c.says) != std::string::npos, c.name << ": " << r.body);
}

struct fixture {
  sandbox_gateway g{ends_tls};
  tls_tpp tpp{g};

  reply read_over(tls_client& c, const std::string& token) {
    return c.post("/api/tpp/accounts", bearer_line(token));
  }
  // Of a connection that showed this certificate.
  tls_session session_of(const std::string& certificate, int version) {
    tls_client c(g.address(), showing(certificate, only(version)));
    BOOST_TEST(c.get("/healthz").status == 200U);
    BOOST_TEST_REQUIRE(c.session() != nullptr);
    return c.session();
  }
  // Goes on with that session, once, and shows `certificate` if it is asked for one.
  reply read_resumed(const tls_session& session, const std::string& token,
                     const std::string& certificate) {
    tls_options o = only(SSL_SESSION_get_protocol_version(session.get()));
    o.resumed = session;
    tls_client c(g.address(), showing(certificate, o));
    BOOST_TEST(c.was_resumed());
    return read_over(c, token);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_mutual_tls, fixture)

BOOST_AUTO_TEST_CASE(authorize_wants_the_certificate_of_the_tpp) {
  long long failed = 0;
  for (const int version : versions) {
    const tls_tpp spoken(g, only(version));
    for (const auto& c : certificate_cases) {
      if (c.verifies) {
        check_answer(spoken.authorize(c.name), c);
        BOOST_TEST(spoken.call(of_anybody, c.name).status == 200U, c.name);
      } else {
        BOOST_CHECK_THROW(spoken.authorize(c.name), std::runtime_error);
        ++failed;
      }
    }
  }
  while (failed_handshakes(g) < failed) {  // counted behind the alert
  }
  g.stop();
  BOOST_TEST(failed == 6);
  for (const auto* why : {"certificate has expired", "unable to get local issuer certificate",
                          "unsuitable certificate purpose"}) {
    BOOST_TEST(g.log().find(std::string("client certificate: ") + why) != std::string::npos, why);
  }
  BOOST_TEST(g.log().find(R"("event":"tpp_certificate_refused")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_token_endpoint_wants_it_too_and_keeps_the_code) {
  const auto given = tpp.approved();
  for (const auto& c : certificate_cases) {
    if (c.bound == 200) continue;
    if (c.verifies) {
      check_answer(tpp.redeem(given, c.name), c);
    } else {
      BOOST_CHECK_THROW(tpp.redeem(given, c.name), std::runtime_error);
    }
  }
  BOOST_TEST(tpp.redeem(given, "good").status == 200U);
}

BOOST_AUTO_TEST_CASE(where_one_is_required_none_is_no_connection) {
  sandbox_gateway strict([](config& c) {
    ends_tls(c);
    c.tls_client = client_certificates::required;
  });
  const tls_tpp known(strict);
  for (const auto& c : certificate_cases) {
    if (c.verifies && !std::string_view(c.name).empty()) {
      check_answer(known.authorize(c.name), c);
    } else {
      BOOST_CHECK_THROW(known.authorize(c.name), std::runtime_error);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_token_works_over_connections_with_its_certificate_alone) {
  const auto token = tpp.token();
  BOOST_TEST_REQUIRE(token.size() == 25U);
  for (const int version : versions) {
    const tls_tpp spoken(g, only(version));
    for (int i = 0; i < 2; ++i) {  // from the store, then from memory
      BOOST_TEST(spoken.read(token, "good").status == 200U);
      for (const auto* other : {"", "renewed", "all-roles", "wrong-organization"}) {
        const auto r = spoken.read(token, other);
        BOOST_TEST(r.status == 401U, other << ": " << r.status);
        BOOST_TEST(r.body.find("bound to a client certificate") != std::string::npos, r.body);
        BOOST_TEST(r.header("www-authenticate") == "Bearer error=\"invalid_token\"");
      }
    }
  }
  tls_client c(g.address(), showing("good"));
  for (int i = 0; i < 3; ++i) BOOST_TEST(read_over(c, token).status == 200U);
}

BOOST_AUTO_TEST_CASE(revoking_takes_a_certificate_of_the_tpp) {
  const auto token = tpp.token();
  for (const auto* other : {"", "wrong-organization", "no-statement"}) {
    BOOST_TEST(tpp.revoke(token, other).status == 401U, other);
  }
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  const auto before = session_of("good", TLS1_3_VERSION);
  BOOST_TEST(tpp.revoke(token, "renewed").status == 200U);
  BOOST_TEST(tpp.read(token, "good").status == 401U);
  BOOST_TEST(read_resumed(before, token, "").status == 401U);
}

// A resumed session has the certificate of its full handshake, whatever the client would show now.
BOOST_AUTO_TEST_CASE(a_token_works_over_a_resumed_session_of_its_certificate) {
  const auto token = tpp.token();
  for (const int version : versions) {
    for (const auto* now : {"", "good", "renewed"}) {
      const auto session = session_of("good", version);
      BOOST_TEST(read_resumed(session, token, now).status == 200U, now);
    }
    for (const auto* other : {"", "renewed"}) {
      const auto session = session_of(other, version);
      BOOST_TEST(read_resumed(session, token, "good").status == 401U, other);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_session_does_not_outlive_its_certificate) {
  const auto token = tpp.token();
  const auto session = session_of("good", TLS1_3_VERSION);
  g.clock().advance(std::chrono::hours{24 * 365 * 24});  // 2050 or later
  for (const auto& r : {read_resumed(session, token, ""), tpp.call(of_anybody, "good")}) {
    BOOST_TEST(r.status == 401U);
    BOOST_TEST(r.body.find("certificate has expired") != std::string::npos, r.body);
  }
}

BOOST_AUTO_TEST_CASE(a_client_cert_field_of_the_client_is_nothing) {
  const auto& pki = test_pki::get();
  const auto good = pki.header("good");
  BOOST_TEST(tpp.authorize("", good).status == 401U);
  BOOST_TEST(tpp.authorize("wrong-organization", good).status == 401U);
  BOOST_TEST(tpp.authorize("wrong-role", good).status == 403U);
  BOOST_TEST(tpp.authorize("good", pki.header("wrong-organization")).status == 200U);
  BOOST_TEST(tpp.authorize("good", "Client-Cert: rubbish\r\n" + good).status == 200U);
  const auto token = tpp.token();
  BOOST_TEST(tpp.call("/api/tpp/accounts", "renewed", bearer_line(token) + good).status == 401U);
  BOOST_TEST(tpp.call("/api/tpp/accounts", "", bearer_line(token) + good).status == 401U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
