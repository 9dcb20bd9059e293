// "Init", "Generate token", "Revoke token": reads their parameters, says their answers.
#pragma once

#include "auth/authorization_requests.hpp"
#include "http/endpoint.hpp"
#include "multipass/config.hpp"

namespace multipass {

class authorization_endpoints {
 public:
  authorization_endpoints(authorization_requests& requests, const config& settings)
      : requests_(requests), settings_(settings) {}

  task<> authorize(exchange& x);
  task<> token(exchange& x);
  task<> revoke(exchange& x);

 private:
  authorization_requests& requests_;
  const config& settings_;
};

}  // namespace multipass
