// The files that TLS is made of: what is refused at start, and how they are read again while the
// gateway runs.
#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/sandbox_gateway.hpp"
#include "support/server_process.hpp"
#include "support/tls_client.hpp"
#include "support/tls_stage.hpp"

namespace multipass::testing {
namespace {

struct fixture : tls_stage {
  std::function<void(config&)> with_tls = [this](config& c) {
    use(c, client_certificates::optional);
  };

  // Why it does not start; empty when it does.
  static std::string complaint(const std::function<void(config&)>& change) {
    try {
      sandbox_gateway g(change);
      return {};
    } catch (const std::runtime_error& e) {
      return e.what();
    }
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_tls_files, fixture)

BOOST_AUTO_TEST_CASE(bad_files_are_named_with_key_and_reason) {
  struct row {
    const char* expected;
    std::function<void(config&)> change;
  };
  const auto other = ca.issue("other", test_ca::use::server);
  const auto other_key = folder.file("other.key"), open_key = folder.file("open.key"),
             text = folder.file("text.pem"), empty = folder.file("empty.pem");
  other.write_key(other_key);
  write_file(open_key, other.key_pem(), 0640);
  write_file(text, "not a certificate\n", 0600);
  write_file(empty, "", 0600);
  const std::vector<row> rows{
      {"tls-certificate: /nowhere.pem: cannot be read: No such file or directory",
       [](config& c) { c.tls_certificate = "/nowhere.pem"; }},
      {"tls-certificate: /tmp: is not a regular file",
       [](config& c) { c.tls_certificate = "/tmp"; }},
      {"text.pem: expected a certificate chain in PEM, no start line",
       [&](config& c) { c.tls_certificate = text; }},
      {"empty.pem: expected a certificate chain in PEM, no start line",
       [&](config& c) { c.tls_certificate = empty; }},
      {"tls-key: /nowhere.key: cannot be read: No such file or directory",
       [](config& c) { c.tls_key = "/nowhere.key"; }},
      {"text.pem: expected a private key in PEM without pass phrase",
       [&](config& c) { c.tls_key = text; }},
      {"other.key: does not belong to the certificate", [&](config& c) { c.tls_key = other_key; }},
      {"open.key: is open to group or others; chmod 600 it",
       [&](config& c) { c.tls_key = open_key; }},
      {"tls-client-ca: /nowhere.pem: cannot be read",
       [](config& c) { c.tls_client_ca = "/nowhere.pem"; }},
      {"text.pem: expected CA certificates in PEM", [&](config& c) { c.tls_client_ca = text; }},
      {"admin-tls-key: /nowhere.key: cannot be read",
       [&](config& c) {
         c.admin_tls_certificate = certificate;
         c.admin_tls_key = "/nowhere.key";
       }},
  };
  for (const auto& [expected, change] : rows) {
    const auto why = complaint([&](config& c) {
      with_tls(c);
      change(c);
    });
    BOOST_TEST(why.find(expected) != std::string::npos, expected << " | " << why);
  }
}

BOOST_AUTO_TEST_CASE(a_key_with_a_pass_phrase_is_refused_and_nobody_is_asked) {
  const auto server = ca.issue("localhost", test_ca::use::server);
  server.write_certificate(certificate);
  write_file(key, server.key_pem("secret"), 0600);
  BOOST_TEST(complaint(with_tls).find("without pass phrase") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_a_warning) {
  renew(-1);
  sandbox_gateway g(with_tls);
  BOOST_TEST(tls_client(g.address()).get("/healthz").status == 200U);
  BOOST_TEST(g.log().find("\"level\":\"warning\",\"event\":\"tls_certificate_not_valid\"") !=
             std::string::npos);
  BOOST_TEST(g.log().find("\"reason\":\"expired on ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reload_is_for_new_connections) {
  sandbox_gateway g(with_tls);
  tls_client before(g.address());
  const auto old = before.server_certificate();
  tls_options again;
  BOOST_TEST(before.get("/healthz").status == 200U);
  again.resumed = before.session();
  renew();
  BOOST_TEST_REQUIRE((*g).reload().has_value());
  BOOST_TEST(before.get("/healthz").status == 200U);
  tls_client after(g.address(), again);
  BOOST_TEST(!after.was_resumed());
  BOOST_TEST(after.get("/healthz").status == 200U);
  BOOST_TEST(after.server_certificate() == server_der);
  BOOST_TEST(server_der != old);
  BOOST_TEST(g.log().find("\"event\":\"reloaded\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reload_that_fails_changes_nothing) {
  sandbox_gateway g([this](config& c) {
    with_tls(c);
    c.admin_tls_certificate = certificate;
    c.admin_tls_key = key;
  });
  const auto old = server_der;
  for (const auto& [path, text, named] :
       std::vector<std::array<std::string, 3>>{{key, "garbage", "tls-key: "},
                                               {client_ca, "garbage", "tls-client-ca: "},
                                               {certificate, "garbage", "tls-certificate: "}}) {
    renew();
    clients.own().write_certificate(client_ca);
    write_file(path, text, 0600);
    const auto read = (*g).reload();
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST((read.error().code == errc::bad_configuration));
    BOOST_TEST(read.error().message.starts_with(named + path));
    tls_client c(g.address());
    BOOST_TEST(c.get("/healthz").status == 200U);
    BOOST_TEST(c.server_certificate() == old);
    BOOST_TEST(tls_client(g.admin_address()).server_certificate() == old);
  }
  BOOST_TEST(g.log().find("\"level\":\"error\",\"event\":\"reload_failed\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_withdrawn_ca_counts_from_the_reload_on) {
  sandbox_gateway g(with_tls);
  tls_options o;
  o.shown = client();
  tls_client before(g.address(), o);
  BOOST_TEST(before.get("/healthz").status == 200U);
  strangers.own().write_certificate(client_ca);
  BOOST_TEST_REQUIRE((*g).reload().has_value());
  o.resumed = before.session();
  BOOST_CHECK_THROW(tls_client(g.address(), o).get("/healthz"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(reloads_under_load_cost_no_request) {
  sandbox_gateway g(with_tls);
  std::atomic<bool> over{false};
  std::atomic<int> asked{0}, answered{0}, failed{0};
  const auto run = [&](bool keep) {
    try {
      auto c = std::make_unique<tls_client>(g.address());
      while (!over) {
        if (!keep) c = std::make_unique<tls_client>(g.address());
        ++asked;
        if (c->get("/healthz").status == 200) ++answered;
      }
    } catch (const std::runtime_error&) {
      ++failed;
    }
  };
  std::vector<std::thread> peers;
  for (const bool keep : {true, true, false, false}) peers.emplace_back(run, keep);
  for (int i = 0; i < 30; ++i) {
    renew();
    BOOST_TEST((*g).reload().has_value());
    const int seen = answered;
    while (answered < seen + 10 && failed == 0) {
    }
  }
  over = true;
  for (auto& p : peers) p.join();
  BOOST_TEST(failed == 0);
  BOOST_TEST(answered == asked);
  BOOST_TEST(tls_client(g.address()).server_certificate() == server_der);
}

BOOST_AUTO_TEST_CASE(sighup_reloads) {
  server_process server(folder.file("multipass.db"),
                        {"--tls-certificate", certificate, "--tls-key", key});
  const auto& address = server.client().address();
  tls_client open(address);
  const auto old = open.server_certificate();
  renew();
  BOOST_TEST(tls_client(address).server_certificate() == old);
  server.ask_to_reload();
  while (tls_client(address).server_certificate() == old) {
  }
  BOOST_TEST(tls_client(address).server_certificate() == server_der);
  BOOST_TEST(open.get("/healthz").status == 200U);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
