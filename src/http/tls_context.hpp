// What a listener's TLS is made of: certificate chain, key, the CAs of its clients and the rules of
// the handshake. Made whole from files and immutable, so that event loops share it; a connection
// keeps what it began with. TLS 1.2 and 1.3, ephemeral keys and AEAD only, ALPN http/1.1, session
// tickets, no 0-RTT (RFC 9325).
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "multipass/config.hpp"
#include "multipass/error.hpp"

struct ssl_ctx_st;

namespace multipass {

/// The files of one listener, and how the configuration names them: `prefix` is "tls-" or
/// "admin-tls-". All PEM.
struct tls_files {
  std::string_view prefix;
  std::string certificate;  ///< chain, leaf first; empty: the listener is plain
  std::string key;
  client_certificates client = client_certificates::off;
  std::string client_ca;
};

class tls_context {
 public:
  /// errc::bad_configuration names key, file and reason. Never asks for a pass phrase. Any thread.
  static result<std::shared_ptr<const tls_context>> read(const tls_files& files);

  ssl_ctx_st* native() const { return context_.get(); }
  /// Why clients will refuse the certificate, "expired on ..." or "valid from ..."; else empty.
  const std::string& complaint() const { return complaint_; }

 private:
  struct free_context {
    void operator()(ssl_ctx_st* c) const;
  };
  tls_context();

  result<void> use_certificate(const tls_files& files);
  result<void> use_key(const tls_files& files);
  result<void> ask_clients(const tls_files& files);

  std::unique_ptr<ssl_ctx_st, free_context> context_;
  std::string complaint_;
};

/// Where handshakes find the present context of their listener. Any thread; the lock is held for a
/// copy of a pointer, once per connection.
class tls_slot {
 public:
  std::shared_ptr<const tls_context> current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void replace(std::shared_ptr<const tls_context> next) {
    const std::lock_guard lock(mutex_);
    current_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const tls_context> current_;
};

}  // namespace multipass
