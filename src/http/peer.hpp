// Who is at the other end: the address and, over TLS, the certificate. Views and pointers in it are
// good as long as the connection.
#pragma once

#include <memory>
#include <string>

#include "base/networks.hpp"
#include "multipass/digest.hpp"

namespace multipass {

/// A certificate whose holder has proven to have its key.
struct client_certificate {
  std::string der;
  digest thumbprint;  ///< SHA-256 of `der`: x5t#S256 (RFC 8705, section 3.1)
};

struct peer {
  ip_address address;  ///< without_mapping()
  /// The connection comes from trusted_proxies, also by the word of a PROXY header if there has to
  /// be one: what its header fields state counts.
  bool trusted = false;
  std::shared_ptr<const client_certificate> certificate;  ///< null: none
};

}  // namespace multipass
