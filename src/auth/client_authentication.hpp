// Who a TPP is that speaks the language of the standards: client_secret_basic and
// client_secret_post (RFC 6749, section 2.3.1) with the TPP's user name and secret, or
// tls_client_auth (RFC 8705, section 2.1) with the certificate of the organization that it is bound
// to. One method in a request. A TPP that is bound to an organization needs its certificate even
// when it brings its secret.
//
// Coroutines resume on the caller's event loop; any event loop may call.
#pragma once

#include <cstdint>
#include <string_view>

#include "auth/tpp_certificate.hpp"
#include "base/logger.hpp"
#include "base/rate_limiter.hpp"
#include "base/task.hpp"
#include "crypto/server_key.hpp"
#include "multipass/records.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// What a request says of its sender. Empty text stands for "not given". The views, and the
/// certificate, must stay valid until the coroutine is done.
struct client_credentials {
  std::string_view authorization;        ///< value of the Authorization header
  std::uint8_t authorization_count = 0;  ///< how many of these headers there are
  std::string_view client_id;            ///< parameters of the request
  std::string_view client_secret;
  const tpp_certificate* certificate = nullptr;  ///< null: none was presented
};

class client_authentication {
 public:
  /// All must outlive this.
  client_authentication(store_pool& pool, const server_key& key, const logger& log,
                        rate_limiter& tpp_rate)
      : pool_(pool), key_(key), log_(log), tpp_rate_(tpp_rate) {}

  /// errc::invalid_input for a malformed header, two methods, or two names; errc::unauthorized for
  /// an unknown name or a wrong secret, in the same words and time, when nothing is presented, and
  /// for a missing or foreign certificate; errc::forbidden for a blocked TPP and for a certificate
  /// without the role PSP_AI; errc::too_many when the TPP, now known, asks too often.
  task<result<tpp>> authenticate(client_credentials c) const;

 private:
  struct claim;

  static result<claim> read(const client_credentials& c);
  result<tpp> judge(const std::optional<tpp>& found, const claim& claimed,
                    const tpp_certificate* shown) const;

  store_pool& pool_;
  const server_key& key_;
  const logger& log_;
  rate_limiter& tpp_rate_;
};

}  // namespace multipass
