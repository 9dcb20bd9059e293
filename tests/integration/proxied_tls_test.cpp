// Behind a balancer that passes TLS on and states the client's address in a PROXY header: the
// address is the stated one, the certificate that of the client's own handshake.
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "support/tls_tpp.hpp"

namespace multipass::testing {
namespace {

const std::string version_1 = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n";
const std::string version_2(
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0C\xC0\x00\x02\x08\xC0\x00\x02\x01\x12\x67\x01\xBB", 28);

// One event loop, so that an answer at one listener tells that the loop has seen what came before
// at the other.
void passed_through(config& c) {
  ends_tls(c);
  c.proxy_protocol = true;
  c.trusted_proxies = "127.0.0.0/8";
  c.threads = 1;
}

// The header and the ClientHello come together.
tls_options behind(const std::string& header) {
  tls_options o;
  o.first_flight = [header](const std::string& hello, const tls_options::raw_send& send) {
    send(header + hello);
  };
  return o;
}

const std::string refused_header =
    R"(multipass_http_refused_connections_total{listener="public",reason="proxy_header"})";

std::string id_line(const std::string& id) {
  return "X-Request-ID: " + id + "\r\n";
}

struct fixture {
  sandbox_gateway g{passed_through};
  tls_tpp tpp{g, behind(version_1)};
  http_client beside{g.admin_address()};

  // The address in the log line of the request with this id.
  std::string logged(const std::string& id) const {
    const auto log = g.log();
    const auto at = log.find("\"request\":\"" + id + "\"");
    return at == std::string::npos ? "none" : between(log.substr(at), "\"address\":\"", "\"");
  }
  void let_the_server_read() { BOOST_TEST(beside.get("/healthz").status == 200U); }

  // A read with a bound token: 200 shows that the certificate came along.
  void check_read(const tls_options& o, const std::string& token, const std::string& id) {
    tls_client c(g.address(), showing("good", o));
    BOOST_TEST(c.post("/api/tpp/accounts", bearer_line(token) + id_line(id)).status == 200U, id);
  }
  // However the first bytes are cut in two.
  void check_every_cut(const std::string& header, const std::string& token,
                       const std::string& address) {
    tls_options o;
    o.suites = "ECDHE-ECDSA-AES128-GCM-SHA256";  // a short ClientHello
    std::size_t cut = 0, size = 0;
    o.first_flight = [&](const std::string& hello, const tls_options::raw_send& send) {
      const auto all = header + hello;
      size = all.size();
      send(all.substr(0, cut));
      let_the_server_read();
      send(all.substr(cut));
    };
    do {
      ++cut;
      const auto id = address + "-" + std::to_string(cut);
      check_read(o, token, id);
      if (logged(id) != address) BOOST_ERROR(id + " was logged as " + logged(id));
    } while (cut + 1 < size);
    BOOST_TEST(cut > header.size() + 100);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_proxied_tls, fixture)

BOOST_AUTO_TEST_CASE(the_address_is_the_stated_one_and_the_certificate_the_clients) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto o = behind(version_1);
    o.version = version;
    const tls_tpp spoken(g, o);
    for (const auto& c : certificate_cases) {
      if (!c.verifies) {
        BOOST_CHECK_THROW(spoken.authorize(c.name), std::runtime_error);
        continue;
      }
      const auto id = std::string("as-") + c.name + std::to_string(version);
      const auto r = spoken.authorize(c.name, id_line(id));
      BOOST_TEST(r.status == c.bound, c.name << ": " << r.body);
      BOOST_TEST(logged(id) == "192.0.2.7");
    }
  }
  g.stop();
  BOOST_TEST(g.log().find(R"("tls_handshake_failed","address":"192.0.2.7","reason":"client )"
                          R"(certificate: certificate has expired")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_clients_own_fields_are_nothing) {
  const auto& pki = test_pki::get();
  const auto good = pki.header("good");
  BOOST_TEST(tpp.authorize("", good).status == 401U);
  BOOST_TEST(tpp.authorize("wrong-organization", good).status == 401U);
  BOOST_TEST(tpp.authorize("good", pki.header("wrong-organization")).status == 200U);
  BOOST_TEST(tpp.authorize("good", "Client-Cert: rubbish\r\n" + good).status == 200U);
  const auto token = tpp.token();
  for (const auto* other : {"", "renewed"}) {
    const auto r = tpp.call("/api/tpp/accounts", other, bearer_line(token) + good);
    BOOST_TEST(r.status == 401U, other);
  }
  const auto line = id_line("forwarded") + "X-Forwarded-For: 203.0.113.9\r\n";
  BOOST_TEST(tpp.authorize("good", line).status == 200U);
  BOOST_TEST(logged("forwarded") == "192.0.2.7");
}

// Cut at every byte; then every byte alone.
BOOST_AUTO_TEST_CASE(the_header_and_the_handshake_come_in_pieces) {
  const auto token = tpp.token();
  check_every_cut(version_1, token, "192.0.2.7");
  check_every_cut(version_2, token, "192.0.2.8");
  tls_options drops;
  drops.first_flight = [this](const std::string& hello, const tls_options::raw_send& send) {
    for (const char byte : version_1 + hello) {
      send({&byte, 1});
      let_the_server_read();
    }
  };
  check_read(drops, token, "drops");
  BOOST_TEST(logged("drops") == "192.0.2.7");
  BOOST_TEST(g.metric(refused_header) == 0);
}

BOOST_AUTO_TEST_CASE(a_session_is_resumed_from_another_address) {
  const auto token = tpp.token();
  tls_client first(g.address(), showing("good", behind(version_1)));
  BOOST_TEST(first.get("/healthz").status == 200U);
  BOOST_TEST_REQUIRE(first.session() != nullptr);
  auto o = behind(version_2);
  o.resumed = first.session();
  tls_client c(g.address(), o);
  BOOST_TEST(c.was_resumed());
  const auto r = c.post("/api/tpp/accounts", bearer_line(token) + id_line("moved"));
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(logged("moved") == "192.0.2.8");
}

// A stated address of trusted-proxies is a balancer that ends TLS itself: its word counts, and its
// own certificate is not its TPP's.
BOOST_AUTO_TEST_CASE(a_balancer_behind_the_balancer_is_believed) {
  const tls_tpp balancer(g, behind("PROXY TCP4 127.0.0.9 192.0.2.1 4711 443\r\n"));
  const auto good = test_pki::get().header("good");
  BOOST_TEST(balancer.authorize("", good).status == 200U);
  BOOST_TEST(balancer.authorize("wrong-organization", good).status == 200U);
  BOOST_TEST(balancer.authorize("good").status == 401U);
}

// The balancer knows no address, or speaks for itself: its fields are then those of nobody known.
BOOST_AUTO_TEST_CASE(without_a_stated_address_no_field_is_believed) {
  const auto good = test_pki::get().header("good");
  const std::string local("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00", 16);
  const std::string unspecified("\r\n\r\n\0\r\nQUIT\n\x21\x00\x00\x00", 16);
  for (const auto& header : {std::string("PROXY UNKNOWN\r\n"), local, unspecified}) {
    const tls_tpp unknown(g, behind(header));
    const auto lines = id_line("unknown") + "X-Forwarded-For: 203.0.113.9\r\n";
    BOOST_TEST(unknown.authorize("", good).status == 401U);
    BOOST_TEST(unknown.authorize("wrong-organization", good).status == 401U);
    BOOST_TEST(unknown.authorize("good", lines).status == 200U);
    BOOST_TEST(logged("unknown") == "127.0.0.1");
  }
}

BOOST_AUTO_TEST_CASE(tls_without_the_header_is_no_connection) {
  BOOST_CHECK_THROW(tls_client(g.address(), showing("good")), std::runtime_error);
  BOOST_TEST(g.metric(refused_header) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
