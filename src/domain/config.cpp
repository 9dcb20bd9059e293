#include "multipass/config.hpp"

#include <algorithm>
#include <string_view>

#include "base/listen_address.hpp"
#include "base/networks.hpp"

namespace multipass {

namespace {

using namespace std::chrono_literals;

error bad(std::string_view key, std::string_view expected) {
  return fail(errc::bad_configuration, std::string(key) + ": expected " + std::string(expected));
}

// Keeps the first complaint, so that checks read as a list.
class checks {
 public:
  template <class T>
  void range(std::string_view key, T value, T least, T most, std::string_view expected) {
    that(value >= least && value <= most, key, expected);
  }
  void that(bool good, std::string_view key, std::string_view expected) {
    if (!good && outcome_) outcome_ = bad(key, expected);
  }
  const result<void>& outcome() const { return outcome_; }

 private:
  result<void> outcome_;
};

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

bool is_address(std::string_view text) {
  return parse_listen_address(text).has_value();
}

bool is_loopback(std::string_view text) {
  const auto address = parse_listen_address(text);
  return address && address->ip.is_loopback();
}

// An absolute http or https URL that a query may be appended to.
bool is_page_url(std::string_view url) {
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return false;
  }
  const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
  return !host.empty() && !has_control_character(url) &&
         url.find_first_of(" \"'<>\\#@") == std::string_view::npos;
}

// "#rrggbb", as CSS reads it.
bool is_color(std::string_view text) {
  return text.size() == 7 && text.starts_with('#') &&
         std::ranges::all_of(text.substr(1), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

void check_listeners(checks& check, const config& c) {
  constexpr std::string_view form = "address:port, such as 127.0.0.1:8080 or [::1]:8080";
  constexpr std::string_view loopback = "a loopback address in the sandbox, such as 127.0.0.1:8080";
  check.that(is_address(c.listen), "listen", form);
  check.that(is_address(c.admin_listen), "admin-listen", form);
  check.that(c.listen != c.admin_listen || c.listen.ends_with(":0"), "admin-listen",
             "another address or port than listen has");
  check.that(!c.sandbox || is_loopback(c.listen), "listen", loopback);
  check.that(!c.sandbox || is_loopback(c.admin_listen), "admin-listen", loopback);
  check.range("threads", c.threads, 0U, 256U, "0 to 256 (0: one per core)");
}

void check_tls(checks& check, std::string_view prefix, const std::string& certificate,
               const std::string& key, client_certificates client, const std::string& client_ca) {
  const auto named = [&](std::string_view rest) { return std::string(prefix) + std::string(rest); };
  check.that(key.empty() == certificate.empty(), named(certificate.empty() ? "certificate" : "key"),
             "a PEM file, as its other half is set");
  const bool asks = client != client_certificates::off;
  check.that(!asks || !certificate.empty(), named("client"), "off, as the listener has no TLS");
  check.that(!asks || !client_ca.empty(), named("client-ca"),
             "a PEM bundle, as client certificates are asked for");
}

void check_surroundings(checks& check, const config& c) {
  using std::chrono::milliseconds;
  check_tls(check, "tls-", c.tls_certificate, c.tls_key, c.tls_client, c.tls_client_ca);
  check_tls(check, "admin-tls-", c.admin_tls_certificate, c.admin_tls_key, c.admin_tls_client,
            c.admin_tls_client_ca);
  check.range<milliseconds>("tls-handshake-timeout", c.tls_handshake_timeout, 10ms, 1h,
                            "10ms to 1h");
  const auto trusted = parse_networks(c.trusted_proxies);
  check.that(trusted.has_value(), "trusted-proxies",
             "networks such as 10.0.0.0/8, 192.0.2.7, 2001:db8::/32");
  check.that(!c.proxy_protocol || (trusted && !trusted->empty()), "trusted-proxies",
             "the balancer's networks, as proxy-protocol is on");
}

void check_store(checks& check, const config& c) {
  check.that(!c.database.empty() && !has_control_character(c.database), "database", "a file name");
  check.that(!has_control_character(c.key_file), "key-file", "a file name");
  check.that(!has_control_character(c.admin_key_file), "admin-key-file", "a file name");
  check.that(!has_control_character(c.introspection_key_file), "introspection-key-file",
             "a file name");
  check.range("store-readers", c.store_readers, 1U, 64U, "1 to 64");
  check.range<std::size_t>("store-queue", c.store_queue, 1, 1'000'000, "1 to 1000000");
  check.range<std::chrono::milliseconds>("foreign-change-poll", c.foreign_change_poll, 10ms, 1min,
                                         "10ms to 1min");
  check.range<std::size_t>("token-cache-entries", c.token_cache_entries, 1024, 1U << 30U,
                           "1024 to 1073741824");
  check.range<std::size_t>("account-view-entries", c.account_view_entries, 1, 10'000'000,
                           "1 to 10000000");
}

void check_life_times(checks& check, const config& c) {
  using std::chrono::seconds;
  constexpr seconds ten_years{315'360'000};
  check.range<seconds>("token-ttl", c.token_ttl, 1min, ten_years, "1min to 3650d");
  check.range<seconds>("consent-ttl", c.consent_ttl, 1min, ten_years, "1min to 3650d");
  check.range<seconds>("code-ttl", c.code_ttl, 1s, 10min, "1s to 10min");
  check.range<seconds>("authorization-ttl", c.authorization_ttl, 1min, 24h, "1min to 1d");
  check.range<seconds>("login-ttl", c.login_ttl, 1min, 1h, "1min to 1h");
  check.range<seconds>("refresh-grace", c.refresh_grace, 0s, 10min, "0s to 10min");
  // Else a retry could be given a token that is over.
  check.that(c.refresh_grace < c.token_ttl, "refresh-grace", "less than token-ttl");
  check.range<seconds>("event-ttl", c.event_ttl, 1h, 365 * 24h, "1h to 365d");
}

void check_consent(checks& check, const config& c) {
  constexpr std::string_view url = "an http:// or https:// URL without fragment, or nothing";
  check.that(c.frontend_url.empty() || is_page_url(c.frontend_url), "frontend-url", url);
  check.that(c.public_url.empty() || is_page_url(c.public_url), "public-url", url);
  const auto host = c.public_url.find("://") + 3;
  check.that(c.public_url.find_first_of("?/", host) == std::string::npos, "public-url",
             "scheme, host and port only: the pages stand at /consent");
  check.that(!c.public_url.empty() || is_loopback(c.listen), "public-url",
             "how browsers reach this server, as listen is not a loopback address");
  check.that(
      !c.bank_name.empty() && c.bank_name.size() <= 100 && !has_control_character(c.bank_name),
      "bank-name", "1 to 100 bytes of text");
  check.that(!has_control_character(c.logo_file), "logo-file", "a file name");
  check.that(!has_control_character(c.texts_file), "texts-file", "a file name");
  check.that(c.brand_color.empty() || is_color(c.brand_color), "brand-color",
             "a colour such as #0a5c8f, or nothing");
}

void check_webhooks(checks& check, const config& c) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  check.that(!has_control_character(c.webhook_ca), "webhook-ca", "a file name");
  check.that(parse_networks(c.webhook_networks).has_value(), "webhook-networks",
             "networks such as 10.1.0.0/16, 2001:db8::/32");
  check.range<milliseconds>("webhook-timeout", c.webhook_timeout, 100ms, 1min, "100ms to 1min");
  check.range<seconds>("webhook-retry-for", c.webhook_retry_for, 1min, 30 * 24h, "1min to 30d");
}

void check_http_limits(checks& check, const config& c) {
  constexpr std::size_t mib = 1U << 20U;
  check.range<std::size_t>("max-header", c.max_header, 256, mib, "256 to 1MiB");
  check.range<std::size_t>("max-request-line", c.max_request_line, 64, c.max_header,
                           "64 to what max-header is");
  check.range<std::size_t>("max-header-fields", c.max_header_fields, 1, 1000, "1 to 1000");
  check.range<std::size_t>("max-body", c.max_body, 1, 64 * mib, "1 to 64MiB");
  check.range<std::size_t>("max-admin-body", c.max_admin_body, 1, 1024 * mib, "1 to 1GiB");
  check.range<std::size_t>("max-parameters", c.max_parameters, 1, 1000, "1 to 1000");
  check.range<std::size_t>("max-chunk-header", c.max_chunk_header, 16, 8192, "16 to 8KiB");
  check.range<std::size_t>("max-json-depth", c.max_json_depth, 1, 64, "1 to 64");
  check.range<std::size_t>("max-connections", c.max_connections, 1, 1'000'000, "1 to 1000000");
  check.range<std::size_t>("max-connections-per-address", c.max_connections_per_address, 0,
                           1'000'000, "0 to 1000000");
}

void check_rates(checks& check, const config& c) {
  constexpr std::size_t most = 1'000'000;
  check.range<std::size_t>("tpp-rate", c.tpp_rate, 0, most, "0 to 1000000");
  check.range<std::size_t>("tpp-burst", c.tpp_burst, 1, most, "1 to 1000000");
  check.range<std::size_t>("address-rate", c.address_rate, 0, most, "0 to 1000000");
  check.range<std::size_t>("address-burst", c.address_burst, 1, most, "1 to 1000000");
  check.range<std::size_t>("unattended-reads", c.unattended_reads, 0, 1000, "0 to 1000");
}

void check_login(checks& check, const config& c) {
  using std::chrono::seconds;
  check.range<std::size_t>("login-attempts", c.login_attempts, 1, 100, "1 to 100");
  check.range<seconds>("login-lockout", c.login_lockout, 1s, 1h, "1s to 1h");
  check.range<seconds>("login-lockout-most", c.login_lockout_most, c.login_lockout, 24h,
                       "what login-lockout is to 1d");
}

void check_http_timeouts(checks& check, const config& c) {
  using std::chrono::milliseconds;
  check.range<milliseconds>("header-timeout", c.header_timeout, 10ms, 1h, "10ms to 1h");
  check.range<milliseconds>("body-timeout", c.body_timeout, 10ms, 1h, "10ms to 1h");
  check.range<milliseconds>("idle-timeout", c.idle_timeout, 10ms, 24h, "10ms to 1d");
  check.range<milliseconds>("write-timeout", c.write_timeout, 10ms, 1h, "10ms to 1h");
  check.range<milliseconds>("handler-timeout", c.handler_timeout, 10ms, 1h, "10ms to 1h");
  check.range<milliseconds>("shutdown-delay", c.shutdown_delay, 0ms, 1h, "0s to 1h");
  check.range<milliseconds>("shutdown-grace", c.shutdown_grace, 0ms, 1h, "0s to 1h");
}

}  // namespace

result<void> validate(const config& c) {
  checks check;
  check_listeners(check, c);
  check_surroundings(check, c);
  check_store(check, c);
  check_life_times(check, c);
  check_consent(check, c);
  check_webhooks(check, c);
  check_http_limits(check, c);
  check_rates(check, c);
  check_login(check, c);
  check_http_timeouts(check, c);
  return check.outcome();
}

}  // namespace multipass
