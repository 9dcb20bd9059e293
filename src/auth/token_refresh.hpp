// Refresh tokens: a new pair of tokens for the newest refresh token of a family (RFC 6749, section
// 6), and the end of everything when an older one comes (RFC 9700, section 4.14.2). The first of a
// family comes with the access token of a code, see authorization_requests::redeem().
//
// A refresh token works once. Its answer may be lost, so for config::refresh_grace it gets the same
// pair again, as long as that pair's refresh token was not used. The store keeps digests; the pair
// it keeps sealed under a key that takes the presented token to make.
//
// Coroutines resume on the caller's event loop; any event loop may call.
#pragma once

#include <cstdint>
#include <string_view>

#include "auth/authorization_requests.hpp"

namespace multipass {

/// The caller has authenticated the TPP. The views, and the certificate, must stay valid until the
/// coroutine is done.
struct refresh_request {
  std::string_view refresh_token;
  std::string_view tpp_username;
  std::int64_t client_number = 0;                ///< n of the clientId; 0: any of the TPP's
  const tpp_certificate* certificate = nullptr;  ///< null: none was presented
};

/// What the store keeps of a text that may be a refresh token.
refresh_digests digests_of(std::string_view refresh_token) noexcept;

class token_refresh {
 public:
  /// All must outlive this.
  token_refresh(store_pool& pool, token_authorizer& tokens, const change_clock& changes,
                const server_key& key, const clock& wall, const config& settings, const logger& log)
      : pool_(pool),
        tokens_(tokens),
        changes_(changes),
        key_(key),
        clock_(wall),
        settings_(settings),
        log_(log) {}

  /// errc::not_found for every reason why not. `expires_in` is what remains, like `remaining`: the
  /// pair may have been given before.
  task<result<issued_token>> refresh(refresh_request r);

  /// Ends the token's consent, as revoking an access token does; false when the token is unknown,
  /// or its consent has ended or expired; errc::forbidden for a live one of another TPP. A token
  /// that was replaced ends it too: its TPP wants that, and whoever else has it must not keep it
  /// alive.
  task<result<flag>> revoke(refresh_request r);

 private:
  rotation asked_by(const refresh_request& r) const;
  result<issued_token> repeat(const refresh_request& r, const rotated& earlier,
                              timestamp now) const;

  store_pool& pool_;
  token_authorizer& tokens_;
  const change_clock& changes_;
  const server_key& key_;
  const clock& clock_;
  const config& settings_;
  const logger& log_;
};

}  // namespace multipass
