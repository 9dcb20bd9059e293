// The Client-Cert field, in which a balancer that ends TLS states its peer's certificate. Whether
// the sender is to be believed is the caller's to know. Pure.
#pragma once

#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

/// The DER form of the certificate: from ":base64:" (RFC 9440, section 2.1), or from URL-encoded
/// PEM, as nginx's $ssl_client_escaped_cert and Envoy write it. One certificate and nothing else;
/// errc::invalid_input otherwise. The bytes are not looked at.
result<std::string> read_client_cert(std::string_view value);

}  // namespace multipass
