// The TPP of support/certified_tpp.hpp over TLS: what it shows is the certificate of its handshake.
#pragma once

#include <string>
#include <utility>

#include "support/certified_tpp.hpp"
#include "support/tls_client.hpp"

namespace multipass::testing {

/// TLS on the public listener, with the certificates of test_pki.
inline void ends_tls(config& c) {
  const auto& pki = test_pki::get();
  c.tls_certificate = pki.file("server");
  c.tls_key = pki.key_file("server");
  c.tls_client = client_certificates::optional;
  c.tls_client_ca = pki.file("ca");
}

/// To shake hands with that certificate of test_pki; with none for an empty name.
inline tls_options showing(const std::string& certificate, tls_options o = {}) {
  if (!certificate.empty()) o.shown = test_pki::get().held(certificate);
  return o;
}

class tls_tpp final : public certified_tpp {
 public:
  /// `options` are those of each connection, but for the certificate.
  explicit tls_tpp(sandbox_gateway& g, tls_options options = {})
      : certified_tpp(g), address_(g.address()), options_(std::move(options)) {}

  /// Over a connection of its own; throws std::runtime_error when there is none to be had.
  reply call(const std::string& target, const std::string& certificate,
             const std::string& headers = {}) const override {
    return tls_client(address_, showing(certificate, options_)).post(target, headers);
  }

 private:
  std::string address_;
  tls_options options_;
};

}  // namespace multipass::testing
