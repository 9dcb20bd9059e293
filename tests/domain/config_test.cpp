#include "multipass/config.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <vector>

using namespace multipass;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(domain_config)

struct change {
  std::string key;
  std::function<void(config&)> make;
};

BOOST_AUTO_TEST_CASE(the_defaults_are_good) {
  BOOST_TEST(validate({}).has_value());
  config sandbox;
  sandbox.sandbox = true;
  BOOST_TEST(validate(sandbox).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused_by_its_key) {
  const std::vector<change> changes{
      {"listen", [](config& c) { c.listen = "8080"; }},
      {"listen", [](config& c) { c.listen = "localhost:8080"; }},
      {"listen", [](config& c) { c.listen = "127.0.0.1:65536"; }},
      {"listen", [](config& c) { c.listen = "127.0.0.1:-1"; }},
      {"listen", [](config& c) { c.listen = "::1:8080"; }},
      {"admin-listen", [](config& c) { c.admin_listen = ""; }},
      {"admin-listen", [](config& c) { c.admin_listen = c.listen; }},
      {"threads", [](config& c) { c.threads = 257; }},
      {"database", [](config& c) { c.database = ""; }},
      {"store-readers", [](config& c) { c.store_readers = 0; }},
      {"store-queue", [](config& c) { c.store_queue = 1'000'001; }},
      {"foreign-change-poll", [](config& c) { c.foreign_change_poll = 9ms; }},
      {"token-cache-entries", [](config& c) { c.token_cache_entries = 1023; }},
      {"account-view-entries", [](config& c) { c.account_view_entries = 0; }},
      {"token-ttl", [](config& c) { c.token_ttl = 59s; }},
      {"token-ttl", [](config& c) { c.token_ttl = 315'360'001s; }},
      {"refresh-grace", [](config& c) { c.token_ttl = c.refresh_grace = 60s; }},
      {"refresh-grace",
       [](config& c) {
         c.token_ttl = 24h;
         c.refresh_grace = 601s;
       }},
      {"consent-ttl", [](config& c) { c.consent_ttl = 59s; }},
      {"code-ttl", [](config& c) { c.code_ttl = 601s; }},
      {"authorization-ttl", [](config& c) { c.authorization_ttl = 86'401s; }},
      {"login-ttl", [](config& c) { c.login_ttl = 59s; }},
      {"frontend-url", [](config& c) { c.frontend_url = "bank.example/consent"; }},
      {"frontend-url", [](config& c) { c.frontend_url = "https://bank.example/#top"; }},
      {"public-url", [](config& c) { c.public_url = "https://"; }},
      {"public-url", [](config& c) { c.public_url = "https://bank.example/"; }},
      {"public-url", [](config& c) { c.public_url = "https://bank.example/psd2"; }},
      {"public-url", [](config& c) { c.listen = "0.0.0.0:8080"; }},
      {"bank-name", [](config& c) { c.bank_name = "Two\nLines"; }},
      {"max-request-line", [](config& c) { c.max_request_line = c.max_header + 1; }},
      {"max-body", [](config& c) { c.max_body = 0; }},
      {"tls-key", [](config& c) { c.tls_certificate = "a.pem"; }},
      {"tls-certificate", [](config& c) { c.tls_key = "a.pem"; }},
      {"tls-client", [](config& c) { c.tls_client = client_certificates::required; }},
      {"tls-client-ca",
       [](config& c) {
         c.tls_certificate = c.tls_key = "a.pem";
         c.tls_client = client_certificates::optional;
       }},
      {"admin-tls-key", [](config& c) { c.admin_tls_certificate = "a.pem"; }},
      {"tls-handshake-timeout", [](config& c) { c.tls_handshake_timeout = 9ms; }},
      {"trusted-proxies", [](config& c) { c.trusted_proxies = "balancer"; }},
      {"trusted-proxies", [](config& c) { c.proxy_protocol = true; }},
      {"max-chunk-header", [](config& c) { c.max_chunk_header = 15; }},
      {"max-json-depth", [](config& c) { c.max_json_depth = 65; }},
      {"max-connections-per-address", [](config& c) { c.max_connections_per_address = 1'000'001; }},
      {"tpp-rate", [](config& c) { c.tpp_rate = 1'000'001; }},
      {"tpp-burst", [](config& c) { c.tpp_burst = 0; }},
      {"address-rate", [](config& c) { c.address_rate = 1'000'001; }},
      {"address-burst", [](config& c) { c.address_burst = 0; }},
      {"unattended-reads", [](config& c) { c.unattended_reads = 1001; }},
      {"login-attempts", [](config& c) { c.login_attempts = 0; }},
      {"login-lockout", [](config& c) { c.login_lockout = 0s; }},
      {"login-lockout-most", [](config& c) { c.login_lockout_most = 59s; }},
      {"handler-timeout", [](config& c) { c.handler_timeout = 9ms; }},
      {"header-timeout", [](config& c) { c.header_timeout = 0ms; }},
      {"shutdown-grace", [](config& c) { c.shutdown_grace = -1ms; }},
  };
  for (const change& wrong : changes) {
    config c;
    wrong.make(c);
    const auto checked = validate(c);
    BOOST_TEST_CONTEXT(wrong.key) {
      BOOST_TEST_REQUIRE(checked.has_error());
      BOOST_TEST((checked.error().code == errc::bad_configuration));
      BOOST_TEST(checked.error().message.starts_with(wrong.key + ": expected "),
                 checked.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_belong_to_it) {
  const std::vector<change> changes{
      {"",
       [](config& c) {
         c.listen = "[::]:0";
         c.public_url = "https://psd2.bank.example";
       }},
      {"", [](config& c) { c.listen = c.admin_listen = "127.0.0.1:0"; }},
      {"", [](config& c) { c.threads = 256; }},
      {"",
       [](config& c) {
         c.token_ttl = 60s;
         c.refresh_grace = 59s;
       }},
      {"", [](config& c) { c.token_ttl = 315'360'000s; }},
      {"", [](config& c) { c.code_ttl = 1s; }},
      {"", [](config& c) { c.foreign_change_poll = 60s; }},
      {"", [](config& c) { c.token_cache_entries = 1024; }},
      {"", [](config& c) { c.public_url = "https://psd2.bank.example:8443"; }},
      {"", [](config& c) { c.frontend_url = "https://bank.example/consent?lang=en"; }},
      {"", [](config& c) { c.max_request_line = c.max_header; }},
      {"", [](config& c) { c.shutdown_grace = 0ms; }},
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    config c;
    changes[i].make(c);
    const auto checked = validate(c);
    BOOST_TEST(checked.has_value(), i << ": " << (checked ? "" : checked.error().message));
  }
}

BOOST_AUTO_TEST_CASE(the_sandbox_listens_on_loopback_only) {
  for (const std::string address : {"0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080"}) {
    config c;
    c.sandbox = true;
    c.listen = address;
    BOOST_TEST(validate(c).has_error());
    c.listen = config{}.listen;
    c.admin_listen = address;
    BOOST_TEST(validate(c).has_error());
    c.sandbox = false;
    BOOST_TEST(validate(c).has_value());
  }
  config c;
  c.sandbox = true;
  c.listen = "[::1]:8080";
  c.admin_listen = "127.0.0.2:8080";
  BOOST_TEST(validate(c).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
