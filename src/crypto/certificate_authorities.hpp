// The authorities that TPP certificates must chain to: a PEM bundle, as tls-client-ca names it.
// Used where a balancer ends TLS and hands a certificate on, so that one it did not verify is
// caught; on our own TLS connections OpenSSL verifies during the handshake.
//
// Immutable after loading, so any thread may use it.
#pragma once

#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "crypto/x509.hpp"
#include "multipass/clock.hpp"
#include "multipass/error.hpp"

namespace multipass {

class certificate_authorities {
 public:
  /// errc::bad_configuration when the file cannot be read or holds no certificate.
  static result<certificate_authorities> load(const std::string& path);

  /// Verifies at `now` that the certificate chains to the bundle and is meant for TLS clients. The
  /// header hands on the leaf alone, so the bundle holds the intermediate authorities too; each
  /// certificate in it is an anchor (the EU's trusted lists name issuing authorities, not roots).
  /// Returns how long the whole chain is valid; errc::unauthorized says why it is not.
  result<validity> verify(X509& certificate, timestamp now) const;

 private:
  struct free_store {
    void operator()(X509_STORE* s) const { X509_STORE_free(s); }
  };
  using store_handle = std::unique_ptr<X509_STORE, free_store>;
  explicit certificate_authorities(store_handle anchors) : anchors_(std::move(anchors)) {}

  store_handle anchors_;
};

}  // namespace multipass
