#include "oauth/server_metadata.hpp"

#include <boost/json.hpp>
#include <string_view>

#include "multipass/scope.hpp"

namespace multipass {
namespace {

using boost::json::array;

array scopes() {
  array names;
  for (const auto s : {scope::account_balance, scope::account_details, scope::account_list}) {
    names.emplace_back(name_of(s));
  }
  return names;
}

// A refresh token is given where it can outlive the access token.
array grant_types(const config& settings) {
  array types{"authorization_code"};
  if (settings.token_ttl < settings.consent_ttl) types.emplace_back("refresh_token");
  return types;
}

array authentication_methods(bool certificates) {
  array methods{"client_secret_basic", "client_secret_post"};
  if (certificates) methods.emplace_back("tls_client_auth");
  return methods;
}

}  // namespace

std::string server_metadata(const config& settings) {
  const std::string& base = settings.public_url;  // ends behind its host or port: validate()
  // Ours to read from TLS, or from what a balancer says of it.
  const bool certificates =
      settings.tls_client != client_certificates::off || !settings.trusted_proxies.empty();

  boost::json::object m;
  m["issuer"] = base;  // as `iss` in redirects has it, byte for byte (RFC 9207)
  m["authorization_endpoint"] = base + "/oauth/authorize";
  m["token_endpoint"] = base + "/oauth/token";
  m["pushed_authorization_request_endpoint"] = base + "/oauth/par";
  m["revocation_endpoint"] = base + "/oauth/revoke";
  m["scopes_supported"] = scopes();
  m["response_types_supported"] = array{"code"};
  m["response_modes_supported"] = array{"query"};
  m["grant_types_supported"] = grant_types(settings);
  m["token_endpoint_auth_methods_supported"] = authentication_methods(certificates);
  m["revocation_endpoint_auth_methods_supported"] = authentication_methods(certificates);
  m["tls_client_certificate_bound_access_tokens"] = certificates;
  m["code_challenge_methods_supported"] = array{"S256"};
  m["authorization_response_iss_parameter_supported"] = true;
  m["service_documentation"] = base + "/openapi.json";
  // Ours, which section 2 allows: seconds, at most.
  m["consent_max_age"] = settings.consent_ttl.count();
  m["access_token_max_age"] = settings.token_ttl.count();
  m["authorization_request_max_age"] = settings.authorization_ttl.count();
  return boost::json::serialize(m);
}

}  // namespace multipass
