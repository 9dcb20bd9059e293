#include "cli/settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>

#include "cli/quantities.hpp"

namespace multipass::cli {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// clang-format off
constexpr auto table = std::to_array<setting>({
    {"listen", &config::listen,
     "public listener, address:port; port 0 lets the system choose", "Listeners"},
    {"admin-listen", &config::admin_listen,
     "private listener: /admin, /metrics, /healthz, /readyz", ""},
    {"threads", &config::threads, "event loops, 0 to 256; 0: one per core", ""},

    {"tls-certificate", &config::tls_certificate,
     "certificate chain of the public listener, PEM; empty: plain HTTP", "TLS and client certificates"},
    {"tls-key", &config::tls_key, "its private key, PEM, mode 0600", ""},
    {"tls-client", &config::tls_client,
     "certificates of TPPs: off, optional or required", ""},
    {"tls-client-ca", &config::tls_client_ca,
     "the CAs that these must chain to, PEM", ""},
    {"admin-tls-certificate", &config::admin_tls_certificate,
     "the same for the private listener", ""},
    {"admin-tls-key", &config::admin_tls_key, "its private key, PEM, mode 0600", ""},
    {"admin-tls-client", &config::admin_tls_client,
     "certificates of operators: off, optional or required", ""},
    {"admin-tls-client-ca", &config::admin_tls_client_ca,
     "the CAs that these must chain to, PEM", ""},
    {"tls-handshake-timeout", &config::tls_handshake_timeout,
     "to finish a TLS handshake, 10ms to 1h", ""},

    {"trusted-proxies", &config::trusted_proxies,
     "networks whose X-Forwarded-For, Client-Cert and PROXY header are believed", "In front of us"},
    {"proxy-protocol", &config::proxy_protocol,
     "connections to the public listener begin with a PROXY header: true or false", ""},

    {"database", &config::database, "SQLite file, created when missing", "Store"},
    {"key-file", &config::key_file, "the server's own key, mode 0600; empty: <database>.key", ""},
    {"admin-key-file", &config::admin_key_file,
     "key of the admin API, mode 0600; empty: <database>.admin-key", ""},
    {"introspection-key-file", &config::introspection_key_file,
     "key for introspection, mode 0600; empty: <database>.introspection-key", ""},
    {"store-readers", &config::store_readers, "reading threads, 1 to 64", ""},
    {"store-queue", &config::store_queue,
     "waiting jobs, reads and writes each, 1 to 1000000; above: 503", ""},
    {"foreign-change-poll", &config::foreign_change_poll,
     "another process's writes are seen within it, 10ms to 1min", ""},

    {"token-cache-entries", &config::token_cache_entries,
     "tokens kept in memory, 64 bytes each, 1024 to 1073741824", "Memory"},
    {"account-view-entries", &config::account_view_entries,
     "account answers kept, per thread, 512 bytes each as they come, 1 to 10000000", ""},

    {"token-ttl", &config::token_ttl, "life of an access token, 1min to 3650d", "Life times"},
    {"consent-ttl", &config::consent_ttl, "life of a consent, 1min to 3650d (RTS: 180 days)", ""},
    {"code-ttl", &config::code_ttl, "life of an authorization code, 1s to 10min", ""},
    {"authorization-ttl", &config::authorization_ttl, "time the PSU has to decide, 1min to 1d", ""},
    {"login-ttl", &config::login_ttl, "a log-in on our pages, 1min to 1h", ""},
    {"refresh-grace", &config::refresh_grace,
     "a used refresh token gives the same pair again so long, 0s to 10min, less than token-ttl", ""},
    {"event-ttl", &config::event_ttl, "events kept for TPPs that poll, 1h to 365d", ""},

    {"frontend-url", &config::frontend_url,
     "where PSUs are sent; empty: <public-url>/consent", "Consent"},
    {"public-url", &config::public_url,
     "how browsers reach us, and iss; empty: http(s)://<listen>", ""},

    {"bank-name", &config::bank_name, "shown on every page, 1 to 100 bytes", "Theme of our pages"},
    {"logo-file", &config::logo_file, "SVG or PNG, at most 256 KiB; empty: the name alone", ""},
    {"brand-color", &config::brand_color,
     "of buttons and links, such as #0a5c8f; empty: our own", ""},
    {"texts-file", &config::texts_file,
     "JSON object of texts that replace our own; empty: none", ""},

    {"webhook-ca", &config::webhook_ca,
     "the CAs that receivers must chain to, PEM; empty: the system's", "Webhooks"},
    {"webhook-networks", &config::webhook_networks,
     "private networks that webhooks may be sent to all the same", ""},
    {"webhook-timeout", &config::webhook_timeout, "for one delivery, 100ms to 1min", ""},
    {"webhook-retry-for", &config::webhook_retry_for,
     "with growing pauses, then it is a dead letter, 1min to 30d", ""},

    {"max-header", bytes{&config::max_header},
     "header block, 256 to 1MiB; above: 431", "HTTP limits"},
    {"max-request-line", bytes{&config::max_request_line},
     "request line, 64 to what max-header is; above: 414", ""},
    {"max-header-fields", &config::max_header_fields,
     "fields in a header, 1 to 1000; above: 431", ""},
    {"max-body", bytes{&config::max_body},
     "body on the public listener, 1 to 64MiB; above: 413", ""},
    {"max-admin-body", bytes{&config::max_admin_body},
     "body on the private listener, such as an account import, 1 to 1GiB", ""},
    {"max-parameters", &config::max_parameters,
     "parameters of a request, 1 to 1000; above: 400", ""},
    {"max-chunk-header", bytes{&config::max_chunk_header},
     "chunk-size line of a body, 16 to 8KiB; above: 400", ""},
    {"max-json-depth", &config::max_json_depth,
     "nesting of a JSON body, 1 to 64; above: 400", ""},
    {"max-connections", &config::max_connections,
     "open connections, 1 to 1000000; further ones wait", ""},
    {"max-connections-per-address", &config::max_connections_per_address,
     "of one address, 0 to 1000000, 0: no limit; further ones are closed", ""},

    {"tpp-rate", &config::tpp_rate,
     "requests a second of one TPP, 0 to 1000000, 0: no limit; above: 429", "Rates"},
    {"tpp-burst", &config::tpp_burst, "requests of one TPP at once, 1 to 1000000", ""},
    {"address-rate", &config::address_rate,
     "requests a second from one address, 0 to 1000000, 0: no limit; above: 429", ""},
    {"address-burst", &config::address_burst,
     "requests from one address at once, 1 to 1000000", ""},
    {"unattended-reads", &config::unattended_reads,
     "reads in 24 h without PSU-IP-Address, per consent, endpoint and account; 0: no limit", ""},

    {"login-attempts", &config::login_attempts,
     "failed log-ins before a lock-out of the PSU, 1 to 100; of the address: four times as many",
     "Log-in"},
    {"login-lockout", &config::login_lockout,
     "the first lock-out, 1s to 1h; each further one is twice as long", ""},
    {"login-lockout-most", &config::login_lockout_most,
     "the longest lock-out, login-lockout to 1d", ""},

    {"header-timeout", &config::header_timeout,
     "to receive a header, 10ms to 1h", "HTTP time-outs"},
    {"body-timeout", &config::body_timeout, "to receive a body, 10ms to 1h", ""},
    {"idle-timeout", &config::idle_timeout,
     "between requests, 10ms to 1d; longer than the balancer's", ""},
    {"write-timeout", &config::write_timeout, "a peer that takes no answer, 10ms to 1h", ""},
    {"handler-timeout", &config::handler_timeout,
     "for an answer that needs the store, 10ms to 1h; above: 503", ""},
    {"shutdown-delay", &config::shutdown_delay,
     "from /readyz 503 to closing the listeners, 0s to 1h", ""},
    {"shutdown-grace", &config::shutdown_grace, "for requests in flight at stop, 0s to 1h", ""},

    {"log-level", &config::level, "debug, info, warning or error", "Program"},
    {"sandbox", &config::sandbox,
     "sample data and public credentials, loopback only: true or false", ""},
});
// clang-format on

constexpr std::array<std::pair<std::string_view, log_level>, 4> level_names{
    {{"debug", log_level::debug},
     {"info", log_level::info},
     {"warning", log_level::warning},
     {"error", log_level::error}}};

constexpr std::array<std::pair<std::string_view, client_certificates>, 3> client_certificate_names{
    {{"off", client_certificates::off},
     {"optional", client_certificates::optional},
     {"required", client_certificates::required}}};

// One parser per type of member; each returns whether it took the value. The forms below say in
// words what it takes.

bool take(std::string& to, std::string_view value) {
  to = value;
  return true;
}

bool take(bool& to, std::string_view value) {
  to = value == "true";
  return to || value == "false";
}

template <class Number>
requires std::is_unsigned_v<Number>
bool take(Number& to, std::string_view value) {
  const auto number = parse_number(value);
  if (!number || !std::in_range<Number>(*number)) return false;
  to = static_cast<Number>(*number);
  return true;
}

template <class Duration>
requires std::is_convertible_v<Duration, milliseconds>
bool take(Duration& to, std::string_view value) {
  const auto length = parse_duration(value);
  if (!length) return false;
  to = std::chrono::duration_cast<Duration>(*length);
  return to == *length;
}

template <class Named, std::size_t size>
bool take_named(Named& to, std::string_view value,
                const std::array<std::pair<std::string_view, Named>, size>& names) {
  const auto named = std::ranges::find(names, value, [](auto& pair) { return pair.first; });
  if (named == names.end()) return false;
  to = named->second;
  return true;
}

bool take(log_level& to, std::string_view value) {
  return take_named(to, value, level_names);
}

bool take(client_certificates& to, std::string_view value) {
  return take_named(to, value, client_certificate_names);
}

bool take_size(std::size_t& to, std::string_view value) {
  const auto size = parse_size(value);
  if (size) to = *size;
  return size.has_value();
}

std::string_view form(const std::string&) {
  return "a text";
}
std::string_view form(bool) {
  return "true or false";
}
std::string_view form(std::size_t) {
  return "a whole number";
}
std::string_view form(unsigned) {
  return "a whole number";
}
std::string_view form(seconds) {
  return "a duration in whole seconds such as 10s, 30min or 180d";
}
std::string_view form(milliseconds) {
  return "a duration such as 250ms, 10s or 30min";
}
std::string_view form(log_level) {
  return "debug, info, warning or error";
}
std::string_view form(client_certificates) {
  return "off, optional or required";
}

std::string write(const std::string& value) {
  return value;
}
std::string write(bool value) {
  return value ? "true" : "false";
}
std::string write(std::size_t value) {
  return std::to_string(value);
}
std::string write(unsigned value) {
  return std::to_string(value);
}
std::string write(milliseconds value) {
  return write_duration(value);
}
std::string write(log_level value) {
  return std::string(level_names[static_cast<std::size_t>(value)].first);
}
std::string write(client_certificates value) {
  return std::string(client_certificate_names[static_cast<std::size_t>(value)].first);
}

}  // namespace

result<void> setting::set(config& c, std::string_view value) const {
  bool taken = false;
  std::string_view expected = "a size such as 65536 or 64KiB";
  if (const bytes* size = std::get_if<bytes>(&member)) {
    taken = take_size(c.*(size->member), value);
  } else {
    const auto visitor = [&](auto m) {
      if constexpr (!std::is_same_v<decltype(m), bytes>) {
        taken = take(c.*m, value);
        expected = form(c.*m);
      }
    };
    std::visit(visitor, member);
  }
  if (taken) return {};
  return fail(errc::bad_configuration, std::string(key) + ": expected " + std::string(expected) +
                                           ", not \"" + std::string(value) + "\"");
}

std::string setting::get(const config& c) const {
  const auto visitor = [&c](auto m) {
    if constexpr (std::is_same_v<decltype(m), bytes>) {
      return write_size(c.*(m.member));
    } else {
      return write(c.*m);
    }
  };
  return std::visit(visitor, member);
}

std::span<const setting> settings() {
  return table;
}

const setting* find_setting(std::string_view key) {
  const auto at = std::ranges::find(table, key, &setting::key);
  return at == table.end() ? nullptr : &*at;
}

}  // namespace multipass::cli
