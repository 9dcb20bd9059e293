// Certificates of clients (mTLS): which are asked for, which are taken, and what handlers learn of
// them.
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "cli/admin_client.hpp"
#include "crypto/encoding.hpp"
#include "http/listener.hpp"
#include "support/sandbox_gateway.hpp"
#include "support/tls_client.hpp"
#include "support/tls_stage.hpp"

namespace multipass::testing {
namespace {

// A listener with one endpoint that tells the thumbprint of its peer.
class mirror {
 public:
  mirror(const tls_stage& stage, client_certificates asked) {
    const tls_files files{"tls-", stage.certificate, stage.key, asked, stage.client_ca};
    tls.replace(*tls_context::read(files));
    served.tls = &tls;
    loops.push_back(std::make_unique<event_loop>(0, wall));
    opened = std::move(*listener::open("127.0.0.1:0", "listen", served, loops, 100));
    opened->start();
    loops.front()->start();
  }
  ~mirror() {
    opened->close();
    loops.front()->cut();
    loops.front()->finish();
    loops.front()->join();
  }

  /// The status of a request, or 0 when there was no answer because of the certificate.
  unsigned ask(const tls_options& o) {
    thumbprint.clear();
    try {
      tls_client c(opened->address(), o);
      const auto r = c.get("/thumbprint");
      thumbprint = r.body;
      resumed = c.was_resumed();
      session = c.session();
      return r.status;
    } catch (const std::runtime_error& e) {
      BOOST_TEST_MESSAGE(e.what());
      return 0;
    }
  }

  std::string thumbprint;
  bool resumed = false;
  tls_session session;

 private:
  static bool answer(exchange& x) {
    const auto& known = x.from.certificate;
    x.out.text(200, "text/plain", known ? base64url(bytes_of(known->thumbprint)) : "none");
    return true;
  }

  manual_clock wall;
  logger silent{log_level::error, {}, wall};
  tls_slot tls;
  service served{{{verb::get, "/thumbprint", "thumbprint", {}, answer}}, {}, 1, silent};
  listener::loops loops;
  std::unique_ptr<listener> opened;
};

std::string thumbprint_of(const identity& i) {
  return base64url(bytes_of(sha256(i.der())));
}

struct fixture : tls_stage {
  struct row {
    const char* what;
    identity shown;
  };
  // Each of them is refused wherever a certificate is asked for.
  const std::vector<row> bad{
      {"of an unknown CA", strangers.issue("tpp", test_ca::use::client)},
      {"expired", client("tpp", -1)},
      {"for servers", clients.issue("tpp", test_ca::use::server)},
      {"of a CA that only has the name", test_ca("Client CA").issue("tpp", test_ca::use::client)},
  };

  static tls_options showing(const identity& shown, int version = 0) {
    tls_options o;
    o.shown = shown;
    o.version = version;
    return o;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_tls_clients, fixture)

BOOST_AUTO_TEST_CASE(off_asks_for_none) {
  mirror m(*this, client_certificates::off);
  BOOST_TEST(m.ask({}) == 200U);
  BOOST_TEST(m.thumbprint == "none");
  BOOST_TEST(m.ask(showing(client())) == 200U);
  BOOST_TEST(m.thumbprint == "none");
}

BOOST_AUTO_TEST_CASE(optional_takes_none_or_a_good_one) {
  mirror m(*this, client_certificates::optional);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_options none;
    none.version = version;
    BOOST_TEST(m.ask(none) == 200U);
    BOOST_TEST(m.thumbprint == "none");
    const auto good = client();
    BOOST_TEST(m.ask(showing(good, version)) == 200U);
    BOOST_TEST(m.thumbprint == thumbprint_of(good));
    for (const auto& [what, shown] : bad) {
      BOOST_TEST_CONTEXT(what) {
        BOOST_TEST(m.ask(showing(shown, version)) == 0U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(required_takes_only_a_good_one) {
  mirror m(*this, client_certificates::required);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_options none;
    none.version = version;
    BOOST_TEST(m.ask(none) == 0U);
    const auto good = client();
    BOOST_TEST(m.ask(showing(good, version)) == 200U);
    BOOST_TEST(m.thumbprint == thumbprint_of(good));
    for (const auto& [what, shown] : bad) {
      BOOST_TEST_CONTEXT(what) {
        BOOST_TEST(m.ask(showing(shown, version)) == 0U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_resumed_session_brings_its_certificate_along) {
  mirror m(*this, client_certificates::required);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto good = client();
    auto o = showing(good, version);
    BOOST_TEST(m.ask(o) == 200U);
    BOOST_TEST(!m.resumed);
    o.resumed = m.session;
    o.shown.reset();
    BOOST_TEST(m.ask(o) == 200U);
    BOOST_TEST(m.resumed);
    BOOST_TEST(m.thumbprint == thumbprint_of(good));
  }
}

// The lists of qualified trust services name issuing CAs without their roots.
BOOST_AUTO_TEST_CASE(an_issuing_ca_may_be_listed_without_its_root) {
  const auto issuing = strangers.issue_ca("Issuing CA");
  issuing.own().write_certificate(client_ca);
  mirror m(*this, client_certificates::required);
  BOOST_TEST(m.ask(showing(issuing.issue("tpp", test_ca::use::client))) == 200U);
  BOOST_TEST(m.ask(showing(strangers.issue("tpp", test_ca::use::client))) == 0U);
}

BOOST_AUTO_TEST_CASE(why_one_was_refused_is_in_the_log) {
  sandbox_gateway g([this](config& c) { use(c, client_certificates::required); });
  for (const auto& [what, shown] : bad) {
    BOOST_CHECK_THROW(tls_client(g.address(), showing(shown)).get("/healthz"), std::runtime_error);
  }
  for (const auto* reason : {"unable to get local issuer certificate", "certificate has expired",
                             "unsuitable certificate purpose"}) {
    BOOST_TEST(g.log().find(reason) != std::string::npos, reason);
  }
}

BOOST_AUTO_TEST_CASE(the_admin_commands_speak_tls_and_show_a_certificate) {
  sandbox_gateway g([this](config& c) {
    c.admin_tls_certificate = certificate;
    c.admin_tls_key = key;
    c.admin_tls_client = client_certificates::required;
    c.admin_tls_client_ca = client_ca;
  });
  const auto operator_identity = client("operator");
  const auto shown = folder.file("operator.pem"), shown_key = folder.file("operator.key");
  operator_identity.write_certificate(shown);
  operator_identity.write_key(shown_key);
  const auto trusted = folder.file("ca.pem"), stranger = folder.file("stranger.pem");
  ca.own().write_certificate(trusted);
  strangers.own().write_certificate(stranger);

  const auto list = [&](const std::string& host, const cli::admin_tls_files& files) {
    const auto port = g.admin_address().substr(g.admin_address().rfind(':'));
    const auto client =
        cli::admin_client::make("https://" + host + port, "sandbox-admin-key", files);
    if (!client) return client.error().message;
    const auto reply = client->get("/admin/tpps");
    return reply ? std::to_string(reply->status) : reply.error().message;
  };
  BOOST_TEST(list("127.0.0.1", {trusted, shown, shown_key}) == "200");
  BOOST_TEST(list("localhost", {trusted, shown, shown_key}) == "200");
  BOOST_TEST(list("127.0.0.1", {stranger, shown, shown_key}).find("certificate verify failed") !=
             std::string::npos);
  BOOST_TEST(list("127.0.0.2", {trusted, shown, shown_key}) != "200");
  BOOST_TEST(list("127.0.0.1", {trusted, "", ""}) != "200");
  BOOST_TEST(list("127.0.0.1", {"/nowhere", "", ""}).find("--admin-ca: /nowhere") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
