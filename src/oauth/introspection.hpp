// Token introspection (RFC 7662), for the bank's own resource servers: what an access token allows,
// for whom and until when. On the private listener, with a key of its own that opens nothing else:
// "Authorization: Bearer <key>", or Basic with any user name and the key as password.
//
// Whoever is told "active" lets somebody in, so whatever could be misunderstood is inactive:
// refresh tokens, which no resource server must accept, and tokens whose holder only we can
// recognise. A token that is bound to a certificate says which in `cnf` (RFC 8705, section 3.2); it
// is for the resource server to compare that with the certificate before it.
//
// Answered from memory when the token and its consent are known, as account endpoints are; a bound
// token is asked of the store each time. One for all event loops; what they write is one per loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/account_view.hpp"
#include "auth/consent_uses.hpp"
#include "auth/token_authorizer.hpp"
#include "http/endpoint.hpp"
#include "multipass/config.hpp"

namespace multipass {

class introspection {
 public:
  /// `threads` event loops will call. All references must outlive this.
  introspection(token_authorizer& tokens, store_pool& pool, const change_clock& changes,
                const config& settings, std::string_view key, consent_uses& uses,
                std::size_t threads);

  bool from_memory(exchange& x);
  task<> handle(exchange& x);

 private:
  struct per_loop {
    per_loop(std::size_t answers, const change_clock& changes) : consents(answers, changes) {}
    account_view consents;  ///< answers without their end, which is the token's
    std::string answer;     ///< keeps its room between answers
  };

  bool is_authorized(std::string_view authorization) const;
  bool refuse_stranger(exchange& x) const;
  bool answer_known(exchange& x, const token_standing& token);
  task<> answer_from_store(exchange& x, token_standing token);
  std::string front_of(const consent& c) const;
  void write(exchange& x, const token_standing& token, std::string_view front);

  token_authorizer& tokens_;
  store_pool& pool_;
  const change_clock& changes_;
  const config& settings_;
  std::string key_;
  consent_uses& uses_;
  std::vector<std::unique_ptr<per_loop>> loops_;
};

/// Rows for the private listener.
endpoint_table introspection_endpoints(introspection& i);

}  // namespace multipass
