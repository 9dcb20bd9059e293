// The certificates of tools/make-test-pki, made once per process, and what is to be expected of
// each however it is presented: in a balancer's header or over a TLS connection.
#pragma once

#include <string>

#include "multipass/digest.hpp"
#include "support/temp_folder.hpp"
#include "support/test_ca.hpp"

namespace multipass::testing {

class test_pki {
 public:
  static const test_pki& get();

  /// The PEM file of a certificate, and that of its key.
  std::string file(const std::string& name) const { return folder_.file(name + ".pem"); }
  std::string key_file(const std::string& name) const { return folder_.file(name + ".key"); }
  std::string pem(const std::string& name) const;
  std::string der(const std::string& name) const;
  digest thumbprint(const std::string& name) const { return sha256(der(name)); }

  /// The certificate with its key, to be shown in a handshake.
  identity held(const std::string& name) const;
  /// "Client-Cert: :...:" (RFC 9440) as a whole line; nothing for an empty name.
  std::string header(const std::string& name) const;
  /// The same as nginx's $ssl_client_escaped_cert writes it.
  std::string escaped_header(const std::string& name) const;

 private:
  test_pki();
  temp_folder folder_;
};

struct certificate_case {
  const char* name;  ///< of tools/make-test-pki; empty: none is presented
  bool verifies;     ///< now, against "ca": over TLS those that do not get no connection
  unsigned bound;    ///< what a TPP bound to PSDGB-FCA-123456 is answered at authorize
  const char* says;  ///< part of that message
};

inline constexpr certificate_case certificate_cases[] = {
    {"good", true, 200, ""},
    {"renewed", true, 200, ""},
    {"all-roles", true, 200, ""},
    {"", true, 401, "must present its client certificate, which bears PSDGB-FCA-123456"},
    {"expired", false, 401, "expired"},
    {"wrong-ca", false, 401, "refused: unable to get local issuer certificate"},
    {"wrong-role", true, 403, "does not have the role PSP_AI"},
    {"wrong-organization", true, 401, "does not bear PSDGB-FCA-123456"},
    {"no-statement", true, 401, "has no qcStatements"},
    {"no-organization", true, 401, "has no organizationIdentifier"},
    {"server", false, 401, "refused: un"},  // "unsupported" or "unsuitable certificate purpose"
};

}  // namespace multipass::testing
