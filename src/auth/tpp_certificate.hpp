// What a TPP shows of itself: its certificate, read once, as far as decisions depend on it. That
// its holder has the key, and that an authority we trust signed it, was seen to before.
#pragma once

#include <string>
#include <string_view>

#include "crypto/server_key.hpp"
#include "crypto/x509.hpp"
#include "multipass/digest.hpp"
#include "multipass/error.hpp"

namespace multipass {

struct tpp_certificate {
  digest thumbprint;                 ///< SHA-256 of the DER form: x5t#S256 (RFC 8705, section 3.1)
  digest mask;                       ///< server_key::mask_of(thumbprint)
  std::string organization;          ///< empty: it is no PSD2 certificate
  std::string shortcoming;           ///< then, why not
  bool account_information = false;  ///< it has the role PSP_AI
  validity valid;
};

/// Of any certificate; one that is no PSD2 certificate identifies no TPP, and does no harm.
result<tpp_certificate> read_tpp_certificate(X509& certificate, const digest& thumbprint,
                                             const server_key& key);

/// Is it that of a TPP bound to `organization`? `shown` is null when none was presented. Everything
/// is good for a TPP that is bound to none. errc::unauthorized says what is missing.
result<void> check_holder(std::string_view organization, const tpp_certificate* shown);

/// The same, and it may have access to accounts: errc::forbidden without the role PSP_AI.
result<void> check_account_access(std::string_view organization, const tpp_certificate* shown);

}  // namespace multipass
