// The endpoints that off-the-shelf OAuth clients speak to: RFC 8414 (metadata), 9126 (pushed
// requests), 6749 (authorize, token), 7636 (PKCE), 9207 (iss), 7009 (revocation). They read
// parameters and say answers; what is decided about consents and tokens is the core's, the same as
// behind the documented endpoints.
//
// Thread safety: describe() before the first request; all else on any event loop.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/presented_certificates.hpp"
#include "auth/authorization_requests.hpp"
#include "auth/client_authentication.hpp"
#include "auth/consent_decisions.hpp"
#include "auth/token_refresh.hpp"
#include "base/logger.hpp"
#include "base/rate_limiter.hpp"
#include "http/endpoint.hpp"
#include "http/parameters.hpp"
#include "multipass/config.hpp"
#include "oauth/oauth_error.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// What the surface works with. All referenced must outlive it.
struct oauth_parts {
  authorization_requests& requests;
  token_refresh& refreshes;
  consent_decisions& decisions;
  client_authentication& clients;
  presented_certificates& certificates;
  store_pool& pool;
  const config& settings;
  const logger& log;
  /// Answers a person whose browser cannot be sent back to a TPP: a page for this error.
  std::function<void(exchange&, const error&)> show_page;
};

class oauth_surface {
 public:
  explicit oauth_surface(oauth_parts parts) : parts_(std::move(parts)) {}

  /// Writes the metadata down, now that public_url is known.
  void describe();

  bool metadata(exchange& x) const;     // GET /.well-known/oauth-authorization-server
  task<> push(exchange& x) const;       // POST /oauth/par
  task<> authorize(exchange& x) const;  // GET /oauth/authorize
  task<> token(exchange& x) const;      // POST /oauth/token
  task<> revoke(exchange& x) const;     // POST /oauth/revoke

  /// Who asks /oauth/authorize too often is a person.
  void show_page(exchange& x, const error& e) const { parts_.show_page(x, e); }

 private:
  /// A request of a TPP's server, which has authenticated.
  struct call {
    parameters sent;
    shown_certificate shown;
    tpp client;

    std::string_view text(std::string_view name) const { return sent.find(name).value_or(""); }
  };
  task<result<call>> begin(exchange& x) const;

  // authorization_steps.cpp
  task<> open_pushed(exchange& x, const parameters& sent) const;
  task<> open_plain(exchange& x, const parameters& sent) const;
  void refuse(exchange& x, std::string_view client, const error& e) const;

  // token_steps.cpp
  task<> exchange_code(exchange& x, const call& c) const;
  task<> refresh(exchange& x, const call& c) const;
  void answer_token(exchange& x, const issued_token& t) const;

  // Requests in a browser are a write each, and anybody may name any TPP in them. So they have
  // buckets of their own, in which a flood leaves that TPP's authenticated requests alone.
  static constexpr std::size_t named_rate = 10, named_burst = 50, named_tpps = 4096;  // 64 KiB

  oauth_parts parts_;
  std::string metadata_;
  mutable rate_limiter named_{named_rate, named_burst, named_tpps};
};

}  // namespace multipass
