// What the store keeps, as plain values: TPP, PSU, authorization, code, consent, token.
// Secrets appear here only as digests or sealed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "multipass/account.hpp"
#include "multipass/clock.hpp"
#include "multipass/digest.hpp"
#include "multipass/scope.hpp"

namespace multipass {

enum class tpp_id : std::int64_t {};      ///< 1 .. 2^24 - 1 (the token cache packs it)
enum class psu_id : std::int64_t {};      ///< positive
enum class consent_id : std::int64_t {};  ///< positive

/// A registered third-party provider.
struct tpp {
  tpp_id id{};
  std::string username;  ///< 1-64 of [A-Za-z0-9._@-], does not end in "__<digits>"
  std::string name;      ///< shown to the PSU
  digest secret;         ///< keyed hash of the secret
  scope_set scopes = scope_set::all();
  std::vector<std::string> redirect_uris;  ///< compared byte for byte
  bool blocked = false;
  bool requires_pkce = false;    ///< authorize must bring code_challenge (S256)
  bool requires_secret = false;  ///< the token endpoint must bring `secret`
  /// organizationIdentifier that its certificate must bear, "PSDGB-FCA-123456"; empty: it needs no
  /// certificate
  std::string organization{};
};

/// A payment service user of the bank.
struct psu {
  psu_id id{};
  std::string username;
  std::string name;
  std::string
      password_hash;  ///< scrypt, with its own salt and cost, as crypto/password.hpp writes it
  std::string totp_secret;     ///< sealed (AES-256-GCM) under the server's key
  std::int64_t totp_step = 0;  ///< last time step used; a code works once (RFC 6238, section 5.2)
};

/// One request for consent, from authorize to the PSU's decision.
struct authorization {
  enum class state : std::uint8_t { pending, approved, denied };
  digest handle;  ///< SHA-256 of the x-request-id in redirectUrl
  tpp_id tpp{};
  std::string tpp_username;
  std::string tpp_name;
  std::int64_t client_number = 0;  ///< n of clientId "<username>__<n>"
  scope_set scopes;
  std::string redirect_uri;
  std::string client_state;    ///< `state` as the TPP gave it, empty if none
  std::string code_challenge;  ///< PKCE S256, empty if none
  timestamp expires_at{};
  state decided = state::pending;
  /// Asked in the words of RFC 6749: the browser brings `code`, not `accessCode` and `clientId`.
  bool standard = false;
};

enum class end_reason : std::uint8_t {
  none,              ///< not ended
  revoked_by_tpp,    ///< the TPP revoked its token
  withdrawn,         ///< the PSU or the bank withdrew the consent
  code_replayed,     ///< the authorization code was presented a second time
  refresh_replayed,  ///< a refresh token was presented that had been replaced before
};

/// What the PSU granted. It never changes after the grant but to end, once, and to be used.
struct consent {
  consent_id id{};
  tpp_id tpp{};
  std::string tpp_username;
  std::int64_t client_number = 0;
  psu_id owner{};
  std::string psu_username;
  scope_set scopes;
  std::vector<account_id> accounts;  ///< the ones the PSU ticked, ascending
  timestamp granted_at{};
  timestamp expires_at{};
  std::optional<timestamp> ended_at;
  end_reason reason = end_reason::none;
  std::string tpp_name{};  ///< the TPP's, as of now
  /// When accounts were last read with it, to within ten minutes; nullopt: never.
  std::optional<timestamp> last_used_at{};
};

/// That accounts were read with a consent.
struct consent_use {
  consent_id consent{};
  timestamp at{};
};

/// A link by which a PSU takes a new second factor, once. The old one stays until it is finished.
struct enrolment {
  digest handle;  ///< SHA-256 of what the link carries
  std::string psu_username;
  std::string totp_secret;  ///< the new one, sealed like psu::totp_secret
  timestamp expires_at{};
};

/// What a live token allows. 24 bytes of values; the token cache keeps nothing else.
struct grant {
  consent_id consent{};
  tpp_id tpp{};
  scope_set scopes;
  timestamp expires_at{};  ///< the earlier of the token's and the consent's end
  friend bool operator==(const grant&, const grant&) = default;
};

/// An account with owner and balances, as the bank imports it.
struct account_import {
  std::string psu;  ///< user name of the owner
  account value;
  std::vector<money> balances;  ///< at most one per currency, kept in this order
};

}  // namespace multipass
