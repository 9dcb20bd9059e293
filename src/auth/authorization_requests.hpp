// What a TPP asks of the authorization server: a consent (authorize), a token for a code, and the
// end of a token. Coroutines resume on the caller's event loop; any event loop may call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/token_authorizer.hpp"
#include "base/logger.hpp"
#include "base/rate_limiter.hpp"
#include "base/task.hpp"
#include "crypto/server_key.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// The parameters of "Init". Empty text stands for "not given". The views, and the certificate,
/// must stay valid until the coroutine is done.
struct consent_request {
  std::string_view username;
  std::string_view secret;
  std::string_view scope;
  std::string_view redirect_uri;
  std::string_view state;
  std::string_view code_challenge;
  std::string_view code_challenge_method;
  const tpp_certificate* certificate = nullptr;  ///< null: none was presented
};

/// The parameters of "Generate token".
struct token_request {
  std::string_view access_code;
  std::string_view client_id;
  std::string_view secret;         ///< demanded of some TPPs
  std::string_view code_verifier;  ///< PKCE
  const tpp_certificate* certificate = nullptr;
  /// User name of a TPP that has authenticated, instead of client_id and secret: any of its codes
  /// will do. Such a TPP has been counted already.
  std::string_view authenticated_tpp{};
  std::string_view redirect_uri{};  ///< not empty: it must be the authorization's
};

struct issued_token {
  std::string token;
  std::chrono::seconds expires_in{};  ///< of the token by itself, as "Generate token" says it
  scope_set scopes;
  std::string refresh_token{};       ///< empty: the token lives as long as its consent
  std::chrono::seconds remaining{};  ///< to the earlier of the token's and its consent's end
  std::string client_id{};           ///< "<username>__<n>"
};

/// How a request for consent reached us.
enum class request_way : std::uint8_t {
  documented,  ///< "Init": the TPP has authenticated
  pushed,      ///< RFC 9126: the TPP has authenticated
  browser,     ///< RFC 6749: somebody names the TPP, and nobody has authenticated
};

/// A request for consent that was filed: what the PSU's browser opens the frontend with.
struct filed_authorization {
  std::string client_id;
  std::string handle;  ///< the x-request-id
};

/// errc::not_found in the specification's words for "Generate token".
error no_entity();

/// Each request is counted on its TPP as soon as that is known for certain, and never on one that
/// somebody merely names: errc::too_many when it asks too often.
class authorization_requests {
 public:
  /// All must outlive this.
  authorization_requests(store_pool& pool, token_authorizer& tokens, const change_clock& changes,
                         const server_key& key, const clock& wall, const config& settings,
                         const logger& log, rate_limiter& tpp_rate)
      : pool_(pool),
        tokens_(tokens),
        changes_(changes),
        key_(key),
        clock_(wall),
        settings_(settings),
        log_(log),
        tpp_rate_(tpp_rate) {}

  /// Returns redirectUrl. errc::invalid_input names the parameter; errc::unauthorized for an
  /// unknown user name or a wrong secret, in the same time, and for a TPP that is bound to an
  /// organization without its certificate; errc::forbidden for a blocked TPP, a scope it may not
  /// ask for, or a certificate without the role PSP_AI.
  task<result<std::string>> authorize(consent_request r);

  /// errc::not_found with the specification's message for every reason why not, but for one: whose
  /// code is good and whose certificate is not is told so, errc::unauthorized or errc::forbidden.
  task<result<issued_token>> redeem(token_request r);

  /// Ends the token's consent; false when the token is unknown, expired or ended. A TPP that is
  /// bound to an organization needs a certificate of it, though not the token's own: it may be a
  /// renewed one.
  task<result<flag>> revoke(std::string_view token, const tpp_certificate* certificate);

  /// The same for a TPP that has authenticated, and was counted: errc::forbidden for a live token
  /// of another one.
  task<result<flag>> revoke_own(std::string_view token, tpp_id owner);

  /// What authorize() checks of a request of `t`, whoever it is that sends it.
  result<void> check_request(const tpp& t, const consent_request& r, scope_set asked) const;
  /// Files a request that was checked. `t` must stay until the coroutine is done.
  task<result<filed_authorization>> file(const tpp& t, consent_request r, scope_set asked,
                                         request_way way);
  /// Where the PSU's browser decides about it.
  std::string frontend_uri(std::string_view client_id, std::string_view handle) const;

 private:
  result<void> check_certificate(const tpp& t, const tpp_certificate* shown) const;
  task<error> explain_certificate(std::string username, const tpp_certificate* shown);

  store_pool& pool_;
  token_authorizer& tokens_;
  const change_clock& changes_;
  const server_key& key_;
  const clock& clock_;
  const config& settings_;
  const logger& log_;
  rate_limiter& tpp_rate_;
};

}  // namespace multipass
