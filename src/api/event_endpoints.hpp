// GET /tpp/events: for TPPs that cannot be called. The TPP authenticates, names the last event it
// knows, and gets what followed; nothing is consumed, so it may ask again. Webhooks tell the same
// under the same ids.
//
// Any event loop.
#pragma once

#include "api/presented_certificates.hpp"
#include "auth/client_authentication.hpp"
#include "http/endpoint.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"

namespace multipass {

class event_endpoints {
 public:
  /// All must outlive this.
  event_endpoints(const client_authentication& clients, presented_certificates& certificates,
                  store_pool& pool, const config& settings)
      : clients_(clients), certificates_(certificates), pool_(pool), settings_(settings) {}

  /// For the public listener. This must outlive the table.
  endpoint_table rows();

 private:
  task<> poll(exchange& x);

  const client_authentication& clients_;
  presented_certificates& certificates_;
  store_pool& pool_;
  const config& settings_;
};

}  // namespace multipass
