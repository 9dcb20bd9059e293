// TLS handshakes with the public listener: what is agreed on, what is refused, and what is said of
// it.
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "support/sandbox_gateway.hpp"
#include "support/tls_client.hpp"
#include "support/tls_stage.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;

struct fixture : tls_stage {
  sandbox_gateway g{[this](config& c) {
    use(c);
    c.tls_handshake_timeout = 300ms;
  }};

  static tls_options only(int version) {
    tls_options o;
    o.version = version;
    return o;
  }
  // Connects once, and gives what a later connection resumes with.
  tls_session session_of(const tls_options& o) {
    tls_client c(g.address(), o);
    BOOST_TEST(!c.was_resumed());
    BOOST_TEST(c.get("/healthz").status == 200U);
    BOOST_TEST_REQUIRE(c.session() != nullptr);
    return c.session();
  }
  long long handshakes(const std::string& outcome) {
    return g.metric("multipass_tls_handshakes_total{listener=\"public\",outcome=\"" + outcome +
                    "\"}");
  }
};

auto says(const std::string& reason) {
  return [reason](const std::runtime_error& e) {
    BOOST_TEST_MESSAGE(e.what());
    return std::string(e.what()).find(reason) != std::string::npos;
  };
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_tls_handshake, fixture)

BOOST_AUTO_TEST_CASE(tls_1_2_and_1_3_are_spoken) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto o = only(version);
    o.trusted = ca.own();
    tls_client c(g.address(), o);
    BOOST_TEST(c.version() == version);
    BOOST_TEST(c.protocol() == "http/1.1");
    BOOST_TEST(c.get("/healthz").body == "{\"status\":\"ok\"}");
    BOOST_TEST(c.server_certificate() == server_der);
  }
  BOOST_TEST(handshakes("completed") == 2);
}

BOOST_AUTO_TEST_CASE(older_versions_are_refused) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    BOOST_CHECK_EXCEPTION(tls_client(g.address(), only(version)), std::runtime_error,
                          says("protocol version"));
  }
  BOOST_TEST(handshakes("failed") == 2);
  BOOST_TEST(
      g.log().find("tls_handshake_failed\",\"address\":\"127.0.0.1\",\"reason\":\"unsupported "
                   "protocol\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_ephemeral_keys_and_authenticated_encryption) {
  for (const auto* suite : {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                            "ECDHE-ECDSA-CHACHA20-POLY1305"}) {
    auto o = only(TLS1_2_VERSION);
    o.suites = suite;
    BOOST_TEST(tls_client(g.address(), o).suite() == suite);
  }
  for (const auto* suite : {"ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA",
                            "ECDHE-ECDSA-AES128-CCM8", "AES128-GCM-SHA256:@SECLEVEL=0",
                            "DHE-RSA-AES128-GCM-SHA256", "AECDH-AES128-SHA:@SECLEVEL=0"}) {
    auto o = only(TLS1_2_VERSION);
    o.suites = suite;
    BOOST_CHECK_EXCEPTION(tls_client(g.address(), o), std::runtime_error,
                          says("handshake failure"));
  }
}

BOOST_AUTO_TEST_CASE(the_server_chooses_the_suite) {
  auto o = only(TLS1_2_VERSION);
  o.suites = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
  BOOST_TEST(tls_client(g.address(), o).suite() == "ECDHE-ECDSA-AES128-GCM-SHA256");
}

BOOST_AUTO_TEST_CASE(another_protocol_by_alpn_is_refused_and_none_is_fine) {
  tls_options o;
  o.alpn = "h2";
  BOOST_CHECK_EXCEPTION(tls_client(g.address(), o), std::runtime_error,
                        says("no application protocol"));
  o.alpn = "";
  tls_client c(g.address(), o);
  BOOST_TEST(c.protocol() == "");
  BOOST_TEST(c.get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(sessions_are_resumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto o = only(version);
    o.resumed = session_of(o);
    tls_client c(g.address(), o);
    BOOST_TEST(c.was_resumed());
    BOOST_TEST(c.get("/healthz").status == 200U);
    BOOST_TEST(SSL_SESSION_get_max_early_data(o.resumed.get()) == 0U);
  }
  BOOST_TEST(handshakes("completed") == 2);
  BOOST_TEST(handshakes("resumed") == 2);
}

BOOST_AUTO_TEST_CASE(plain_http_is_told_that_this_is_tls) {
  http_client c(g.address());
  c.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto r = c.read();
  BOOST_TEST(r.status == 400U);
  BOOST_TEST(r.body ==
             "{\"message\":\"This port speaks TLS, and the request came in plain HTTP\"}");
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(c.closed_by_peer());
  BOOST_TEST(handshakes("failed") == 1);
}

BOOST_AUTO_TEST_CASE(garbage_is_closed) {
  const std::string zeros(100, '\0');
  for (const std::string& bytes : {zeros, std::string("\x16\x03\x01\xff\xff", 5) + zeros,
                                   std::string(70'000, 'x'), std::string("\x80\x2e\x01\x00\x02")}) {
    http_client c(g.address());
    c.send(bytes);
    c.read_to_end();  // an alert, if it had come that far
  }
  BOOST_TEST(handshakes("failed") == 4);
  BOOST_TEST(tls_client(g.address()).get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_handshake_has_to_end_in_time) {
  http_client silent(g.address()), half(g.address());
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));  // begins a ClientHello
  BOOST_TEST(silent.closed_by_peer());
  BOOST_TEST(half.closed_by_peer());
  BOOST_TEST(g.log().find("not done in time") != std::string::npos);
  while (handshakes("failed") < 2) {
  }
}

BOOST_AUTO_TEST_CASE(who_only_looks_whether_the_port_is_open_is_no_failure) {
  {
    http_client balancer(g.address());
    balancer.finish_sending();
    BOOST_TEST(balancer.closed_by_peer());
  }
  BOOST_TEST(handshakes("failed") == 0);
}

BOOST_AUTO_TEST_CASE(a_chain_is_sent_whole) {
  const auto issuing = ca.issue_ca("Issuing CA");
  const auto server = issuing.issue("localhost", test_ca::use::server);
  write_file(certificate, server.certificate_pem() + issuing.own().certificate_pem());
  server.write_key(key);
  BOOST_TEST_REQUIRE((*g).reload().has_value());
  tls_options o;
  o.trusted = ca.own();
  BOOST_TEST(tls_client(g.address(), o).get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(the_private_listener_has_its_own) {
  BOOST_TEST(get(g.admin_address(), "/healthz").status == 200U);  // plain here
  sandbox_gateway other([this](config& c) {
    c.admin_tls_certificate = certificate;
    c.admin_tls_key = key;
  });
  BOOST_TEST(get(other.address(), "/healthz").status == 200U);
  const auto figures = tls_client(other.admin_address()).get("/metrics").body;
  BOOST_TEST(figures.find("handshakes_total{listener=\"private\",outcome=\"completed\"} 1") !=
             std::string::npos);
  BOOST_TEST(figures.find("handshakes_total{listener=\"public\"") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
