// "Init", "Generate token", "Revoke token": reads their parameters, says their answers.
#pragma once

#include "api/presented_certificates.hpp"
#include "auth/authorization_requests.hpp"
#include "http/endpoint.hpp"
#include "multipass/config.hpp"

namespace multipass {

class authorization_endpoints {
 public:
  authorization_endpoints(authorization_requests& requests, presented_certificates& certificates,
                          const config& settings)
      : requests_(requests), certificates_(certificates), settings_(settings) {}

  task<> authorize(exchange& x);
  task<> token(exchange& x);
  task<> revoke(exchange& x);

 private:
  authorization_requests& requests_;
  presented_certificates& certificates_;
  const config& settings_;
};

}  // namespace multipass
