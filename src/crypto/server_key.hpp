// The server's own key: 32 random bytes in a file beside the database, mode 0600. From it come,
// each by its own label, the keys that guard TPP secrets, token check characters, log-in cookies
// and second factors. A stolen database without this file gives none of them away.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/hmac.hpp"
#include "multipass/digest.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Immutable after construction, so any thread may use it.
class server_key {
 public:
  /// `master` is the 32 bytes of the key file.
  explicit server_key(std::string_view master);

  /// What the store keeps of a TPP's secret. Machine-made secrets need no slow hash.
  digest of_tpp_secret(std::string_view secret) const noexcept;

  /// An access token: 25 characters of [A-Za-z0-9], 19 random ones and 6 check characters keyed by
  /// this server, so that a guess is refused before it costs a store read.
  std::string make_token() const;
  /// False: this text was never issued by this server. True says nothing yet.
  bool may_be_token(std::string_view text) const noexcept;

  /// A refresh token: 46 characters of [A-Za-z0-9], 20 random ones that name its family, 20 random
  /// ones of its own, and 6 check characters of another kind than an access token's. Whoever knows
  /// the family alone cannot make one that passes for a member. Empty `family`: a new one.
  std::string make_refresh_token(std::string_view family = {}) const;
  bool may_be_refresh_token(std::string_view text) const noexcept;
  /// Of a text that may be a refresh token; refers to it.
  static std::string_view family_of(std::string_view refresh_token) noexcept;

  /// Signs log-in cookies and form tokens; `purpose` keeps the uses apart.
  digest sign(std::string_view purpose, std::string_view text) const noexcept;

  /// What keys the audit's chain, for store_writer::use_audit_key().
  digest audit_key() const noexcept { return sign("audit", ""); }

  /// AES-256-GCM with a random nonce, for second-factor secrets. `context` (such as the user name)
  /// must be the same when opening.
  std::string seal(std::string_view plain, std::string_view context) const;
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

  /// The same, readable only with this key and `secret` (a machine-made token) together: this key
  /// and the database do not give away what was sealed.
  std::string seal_for(std::string_view secret, std::string_view plain) const;
  std::optional<std::string> open_with(std::string_view secret, std::string_view sealed) const;

  /// What keeps tokens that are bound to a certificate apart from others in memory, see
  /// auth/token_authorizer. `thumbprint` is the certificate's. Allocates nothing.
  digest mask_of(const digest& thumbprint) const noexcept;

  /// Recognises the key without giving it away: kept in the database, compared at start.
  std::string check_value() const;

 private:
  hmac_key tpp_secret_key_, token_key_, refresh_key_, signing_key_, certificate_key_;
  std::string sealing_key_;
};

/// Reads `path`, or creates it with a new random key when `may_create` and it does not exist.
/// errc::bad_configuration names the path: unreadable, wrong length, or open to group or others.
result<server_key> load_server_key(const std::string& path, bool may_create);

/// Reads the first line of `path`, a machine-made key as text (32-256 characters of [A-Za-z0-9-]),
/// creating the file as load_server_key does.
result<std::string> load_text_key(const std::string& path, bool may_create);

}  // namespace multipass
