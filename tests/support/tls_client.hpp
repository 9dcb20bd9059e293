// The HTTP client of the tests over TLS. Each send() is a record of its own. Writing and reading
// never happen at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/http_client.hpp"
#include "support/test_ca.hpp"

struct ssl_st;
struct ssl_session_st;

namespace multipass::testing {

using tls_session = std::shared_ptr<ssl_session_st>;

struct tls_options {
  int version = 0;                  ///< TLS1_3_VERSION and so on; 0: what both can
  std::string alpn = "http/1.1";    ///< one protocol; empty: none is offered
  std::string suites;               ///< of TLS 1.2, OpenSSL's list; empty: all of them
  std::optional<identity> shown;    ///< the client's certificate
  std::optional<identity> trusted;  ///< CA that the server must chain to; none: not checked
  tls_session resumed;              ///< of an earlier connection
  std::size_t receive_buffer = 0;   ///< bytes; 0: the system's choice

  using raw_send = std::function<void(std::string_view)>;
  /// Sends the ClientHello, and what a proxy sends before it; each `send` is a segment of its own.
  /// None: the ClientHello alone.
  std::function<void(const std::string& hello, const raw_send& send)> first_flight;
};

class tls_client final : public http_client {
 public:
  /// Connects and shakes hands; throws std::runtime_error with OpenSSL's reason when that fails.
  explicit tls_client(const std::string& address, const tls_options& options = {});
  /// Goes without a word.
  ~tls_client() override;

  /// Sends close_notify and reads on; the TCP connection stays whole.
  void finish_sending() override;
  /// True when the server has said close_notify.
  bool was_told_goodbye() const;
  /// Asks for fresh keys, and asks the server to change its own (TLS 1.3).
  void update_keys();

  bool was_resumed() const;
  int version() const;
  std::string suite() const;
  std::string protocol() const;  ///< of ALPN
  /// To resume with. Of TLS 1.3 only after an answer was read.
  tls_session session() const { return session_; }
  /// DER, what the server sent first.
  std::string server_certificate() const;

 private:
  void send_first_flight(const tls_options& options);
  ssize_t send_some(const char* bytes, std::size_t size) override;
  ssize_t receive_some(char* room, std::size_t size) override;

  std::shared_ptr<ssl_st> ssl_;
  tls_session session_;
};

}  // namespace multipass::testing
