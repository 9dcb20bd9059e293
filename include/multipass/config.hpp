// Every setting of a gateway, with unit, range and default. The program reads them from flags and a
// file (src/cli/config_file.cpp); an embedder fills the struct.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "multipass/error.hpp"
#include "multipass/log.hpp"

namespace multipass {

/// What a TLS listener asks of its peers (mTLS).
enum class client_certificates : std::uint8_t {
  off,       ///< none is asked for
  optional,  ///< one that is sent must be good; a TPP that is bound to an organization needs one
  required,  ///< no connection without a good one
};

struct config {
  // Listeners: "address:port", IPv6 as "[::1]:8080"; port 0 lets the system choose.
  std::string listen = "127.0.0.1:8080";  ///< public: the six endpoints, consent page, /healthz
  std::string admin_listen = "127.0.0.1:8081";  ///< private: /admin, /metrics, /healthz, /readyz
  unsigned threads = 0;                         ///< event loops, 0-256; 0: one per core

  // TLS: empty file names leave a listener plain. All files PEM, read again at gateway::reload().
  std::string tls_certificate;  ///< public listener's chain, leaf first; set together with tls_key
  std::string tls_key;          ///< its private key, readable by the owner only
  client_certificates tls_client = client_certificates::off;  ///< of TPPs, public listener
  std::string tls_client_ca;  ///< bundle that client certificates must chain to; needed unless off
  std::string admin_tls_certificate;  ///< the same four for the private listener
  std::string admin_tls_key;
  client_certificates admin_tls_client = client_certificates::off;
  std::string admin_tls_client_ca;
  std::chrono::milliseconds tls_handshake_timeout{5'000};  ///< 10 ms - 1 h

  // In front of us
  /// Networks ("10.0.0.0/8, 192.0.2.7, 2001:db8::/32") whose X-Forwarded-For and Client-Cert fields
  /// and PROXY headers are believed; those of all others are ignored.
  std::string trusted_proxies;
  /// Each connection to the public listener begins with a PROXY header (version 1 or 2); one from
  /// outside trusted_proxies, or without the header, is closed.
  bool proxy_protocol = false;

  // Store
  std::string database = "multipass.db";  ///< SQLite file, created when missing
  std::string key_file;  ///< server key, 0600; empty: "<database>.key"; made with a new database
  std::string admin_key_file;  ///< key of the admin API, 0600; empty: "<database>.admin-key"
  /// Key with which resource servers ask for introspection, and nothing else, 0600; empty:
  /// "<database>.introspection-key"
  std::string introspection_key_file;
  unsigned store_readers = 2;      ///< reading threads, 1-64
  std::size_t store_queue = 4096;  ///< waiting jobs, reads and writes each, 1-1000000; above: 503
  std::chrono::milliseconds foreign_change_poll{
      100};  ///< 10-60000: see another process's writes within it

  // Memory
  std::size_t token_cache_entries = 1'048'576;  ///< 1024-2^30, 64 bytes each, allocated at start
  std::size_t account_view_entries =
      65'536;  ///< account answers kept, per thread, 512 bytes each when used, 1-10^7

  // Life times
  std::chrono::seconds token_ttl{315'360'000};     ///< access token, 60 s - 10 years
  std::chrono::seconds consent_ttl{180 * 86'400};  ///< consent (RTS: SCA renewal), 60 s - 10 years
  std::chrono::seconds code_ttl{60};               ///< authorization code, 1-600 s
  std::chrono::seconds authorization_ttl{1800};    ///< x-request-id handle, 60-86400 s
  std::chrono::seconds login_ttl{600};             ///< log-in on our pages, 60-3600 s
  /// So long after a refresh token was used, using it again returns the same pair of tokens: the
  /// answer may have been lost, 0-600 s. Later, or when the new pair was used: its consent ends.
  std::chrono::seconds refresh_grace{60};
  std::chrono::seconds event_ttl{30 * 86'400};  ///< events kept for TPPs that poll, 1 h - 1 year

  // Consent
  std::string frontend_url;  ///< where PSUs are sent; empty: public_url + "/consent"
  std::string public_url;    ///< how browsers reach us, and `iss`; empty: "http(s)://<listen>"

  // Theme of our pages
  std::string bank_name = "MultiPass Bank";  ///< shown on every page, 1-100 bytes
  std::string logo_file;    ///< SVG or PNG, at most 256 KiB, read at start; empty: the name alone
  std::string brand_color;  ///< "#0a5c8f", of buttons and links; empty: our own
  std::string
      texts_file;  ///< JSON object of texts that replace our own, read at start; empty: none

  // Webhooks
  std::string webhook_ca;  ///< PEM bundle that receivers must chain to; empty: the system's
  /// Private networks ("10.1.0.0/16") that webhooks may be sent to all the same; public ones are
  /// always allowed.
  std::string webhook_networks;
  std::chrono::milliseconds webhook_timeout{10'000};   ///< for one delivery, 100 ms - 1 min
  std::chrono::seconds webhook_retry_for{3 * 86'400};  ///< then a dead letter, 60 s - 30 days

  // HTTP limits (bytes and counts; above: 431, 414, 431, 413, 400)
  std::size_t max_header = 8192;
  std::size_t max_request_line = 4096;
  std::size_t max_header_fields = 100;
  std::size_t max_body = 65'536;
  std::size_t max_admin_body = 16'777'216;  ///< private listener: account imports
  std::size_t max_parameters = 32;
  std::size_t max_chunk_header =
      256;                          ///< a chunk-size line with its extensions, 16-8192; above: 400
  std::size_t max_json_depth = 16;  ///< of a JSON body, 1-64; above: 400
  /// In all, on the public listener; further ones wait in the accept queue. Fewer, with a warning,
  /// where the process may not open so many files.
  std::size_t max_connections = 10'000;
  /// Per address, 0: no limit; further ones are closed at once. Not for trusted_proxies without
  /// PROXY protocol: their connections are many peers'.
  std::size_t max_connections_per_address = 1'000;

  // Rates: token buckets, over all threads; above: 429 with Retry-After. 0 requests: no limit
  std::size_t tpp_rate = 1'000;       ///< requests a second of one TPP, 0-10^6
  std::size_t tpp_burst = 2'000;      ///< at once, 1-10^6
  std::size_t address_rate = 1'000;   ///< requests a second from one address, 0-10^6
  std::size_t address_burst = 2'000;  ///< at once, 1-10^6
  /// Account reads in any 24 hours without the PSU present, per consent, endpoint and account (RTS
  /// Art. 36(5) says 4), 0-1000; 0: no limit.
  std::size_t unattended_reads = 0;

  // Log-in on the consent page
  /// Failures before a lock-out of the PSU's name, 1-100 (RTS Art. 4(3)(b): not more than 5), and
  /// four times as many before one of the address.
  std::size_t login_attempts = 5;
  std::chrono::seconds login_lockout{60};         ///< the first; each further doubles it, 1 s - 1 h
  std::chrono::seconds login_lockout_most{3600};  ///< it grows to this, up to 24 h

  // HTTP time-outs, monotonic
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{10'000};
  std::chrono::milliseconds idle_timeout{75'000};  ///< longer than the balancer's
  std::chrono::milliseconds write_timeout{10'000};
  std::chrono::milliseconds handler_timeout{10'000};  ///< for an answer that needs the store
  std::chrono::milliseconds shutdown_delay{0};        ///< from /readyz 503 to closing the listener
  std::chrono::milliseconds shutdown_grace{10'000};   ///< for requests in flight at stop

  log_level level = log_level::info;

  /// Sandbox: sample data, public credentials, factor 000000, plain-http cookies. Loopback only.
  bool sandbox = false;
};

/// Checks ranges and formats; errc::bad_configuration whose message names key and expectation.
/// Opens no file and no socket.
result<void> validate(const config& c);

}  // namespace multipass
