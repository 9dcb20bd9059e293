// "Init", "Generate token", "Revoke token": reads their parameters, says their answers. "Generate
// token" takes a refresh token as well, in the place of the access code, from a TPP that
// authenticates.
#pragma once

#include "api/presented_certificates.hpp"
#include "auth/authorization_requests.hpp"
#include "auth/client_authentication.hpp"
#include "auth/token_refresh.hpp"
#include "http/endpoint.hpp"
#include "http/parameters.hpp"
#include "multipass/config.hpp"

namespace multipass {

class authorization_endpoints {
 public:
  /// All must outlive this.
  authorization_endpoints(authorization_requests& requests, token_refresh& refreshes,
                          const client_authentication& clients,
                          presented_certificates& certificates, const config& settings)
      : requests_(requests),
        refreshes_(refreshes),
        clients_(clients),
        certificates_(certificates),
        settings_(settings) {}

  task<> authorize(exchange& x);
  task<> token(exchange& x);
  task<> revoke(exchange& x);

 private:
  task<result<issued_token>> redeem(const parameters& sent, const tpp_certificate* shown);
  task<result<issued_token>> refresh(const parameters& sent, const tpp_certificate* shown);

  authorization_requests& requests_;
  token_refresh& refreshes_;
  const client_authentication& clients_;
  presented_certificates& certificates_;
  const config& settings_;
};

}  // namespace multipass
