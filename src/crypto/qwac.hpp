// A PSD2 certificate (QWAC): who its subject is and what the competent authority lets it do. Reads
// only; whether anybody trusted signed it is certificate_authorities' to say.
//
// Sources: ETSI TS 119 495 (the PSD2 statement, section 5.1; the organization identifier, section
// 5.2.1), ETSI EN 319 412-1, section 5.1.4, RFC 3739, section 3.2.6 (qcStatements).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/x509.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// What a payment service provider may act as; the values are bits of qwac::roles.
enum class psp_role : std::uint8_t {
  account_servicing = 1,    ///< PSP_AS
  payment_initiation = 2,   ///< PSP_PI
  account_information = 4,  ///< PSP_AI: what the account scopes need
  card_issuing = 8,         ///< PSP_IC
};

struct qwac {
  std::string organization;    ///< organizationIdentifier, "PSDGB-FCA-123456"
  std::uint8_t roles = 0;      ///< one at least
  std::string authority;       ///< the competent authority's identifier, "GB-FCA"
  std::string authority_name;  ///< UTF-8 as it stands in the certificate, to be displayed escaped
  std::string subject;         ///< RFC 2253, escaped to ASCII
  validity valid;

  bool has(psp_role r) const noexcept { return (roles & static_cast<std::uint8_t>(r)) != 0; }
};

/// Any bytes may be given. errc::invalid_input says what is missing or malformed.
result<qwac> read_qwac(std::string_view der);
result<qwac> read_qwac(X509& certificate);

}  // namespace multipass
