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

struct config {
  // Listeners: "address:port", IPv6 as "[::1]:8080"; port 0 lets the system choose.
  std::string listen = "127.0.0.1:8080";  ///< public: the six endpoints, consent page, /healthz
  std::string admin_listen = "127.0.0.1:8081";  ///< private: /admin, /metrics, /healthz, /readyz
  unsigned threads = 0;                         ///< event loops, 0-256; 0: one per core

  // Store
  std::string database = "multipass.db";  ///< SQLite file, created when missing
  std::string key_file;  ///< server key, 0600; empty: "<database>.key"; made with a new database
  std::string admin_key_file;      ///< key of the admin API, 0600; empty: "<database>.admin-key"
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
  std::chrono::seconds login_ttl{600};             ///< consent page log-in, 60-3600 s

  // Consent
  std::string frontend_url;  ///< where PSUs are sent; empty: public_url + "/consent"
  std::string public_url;    ///< how browsers reach us, and `iss`; empty: "http://<listen>"
  std::string bank_name = "MultiPass Bank";  ///< shown on the consent page

  // HTTP limits (bytes and counts; above: 431, 414, 431, 413, 400)
  std::size_t max_header = 8192;
  std::size_t max_request_line = 4096;
  std::size_t max_header_fields = 100;
  std::size_t max_body = 65'536;
  std::size_t max_admin_body = 16'777'216;  ///< private listener: account imports
  std::size_t max_parameters = 32;
  std::size_t max_connections = 10'000;  ///< in all; further ones wait in the accept queue

  // HTTP time-outs, monotonic
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{10'000};
  std::chrono::milliseconds idle_timeout{75'000};  ///< longer than the balancer's
  std::chrono::milliseconds write_timeout{10'000};
  std::chrono::milliseconds shutdown_delay{0};       ///< from /readyz 503 to closing the listener
  std::chrono::milliseconds shutdown_grace{10'000};  ///< for requests in flight at stop

  log_level level = log_level::info;

  /// Sandbox: sample data, public credentials, factor 000000, plain-http cookies. Loopback only.
  bool sandbox = false;
};

/// Checks ranges and formats; errc::bad_configuration whose message names key and expectation.
/// Opens no file and no socket.
result<void> validate(const config& c);

}  // namespace multipass
