// The sandbox's TPP "username" as it speaks the language of the standards; each request may be
// bent, so that a test says only what is different. PKCE as in RFC 7636, appendix B.
#pragma once

#include <map>
#include <string>

#include "support/sandbox_client.hpp"

namespace multipass::testing {

using form_fields_map = std::map<std::string, std::string>;

inline const std::string callback_uri = "http://127.0.0.1:9090/callback";
inline const std::string sample_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
inline const std::string sample_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of "username:sandbox-secret".
inline const std::string basic_line = "Authorization: Basic dXNlcm5hbWU6c2FuZGJveC1zZWNyZXQ=\r\n";

inline std::string encoded(const form_fields_map& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text += name + '=' + percent_encode(value);
  }
  return text;
}

/// `fields` with those of `changes` instead; "-" leaves one out.
inline form_fields_map with(form_fields_map fields, const form_fields_map& changes) {
  for (const auto& [name, value] : changes) {
    fields[name] = value;
    if (value == "-") fields.erase(name);
  }
  return fields;
}

/// Of a JSON answer, or of the error that a Location carries.
inline std::string member(const reply& r, const std::string& name) {
  return between(r.body, "\"" + name + "\":\"", "\"");
}

class oauth_tpp {
 public:
  explicit oauth_tpp(sandbox_client& bank) : bank_(bank) {}

  reply post_form(const std::string& path, const form_fields_map& fields,
                  const std::string& headers = {}) const {
    return post(bank_.address(), path, headers + form_line, encoded(fields));
  }

  static form_fields_map request() {
    return {{"response_type", "code"},
            {"client_id", "username"},
            {"redirect_uri", callback_uri},
            {"scope", "account.list"},
            {"state", "a b&c"},
            {"code_challenge", sample_challenge},
            {"code_challenge_method", "S256"}};
  }
  reply push(const form_fields_map& changes = {}, const std::string& headers = basic_line) const {
    return post_form("/oauth/par", with(request(), changes), headers);
  }
  reply open(const form_fields_map& changes = {}) const {
    return get(bank_.address(), "/oauth/authorize?" + encoded(with(request(), changes)));
  }
  /// Opens what push() filed.
  reply open_pushed(const std::string& request_uri, const std::string& client = "username") const {
    const form_fields_map query{{"client_id", client}, {"request_uri", request_uri}};
    return get(bank_.address(), "/oauth/authorize?" + encoded(query));
  }
  /// What a redirect to the frontend names.
  static sandbox_client::handle handle_of(const reply& opened) {
    const auto to = opened.header("location");
    return {query_value(to, "clientId"), query_value(to, "x-request-id")};
  }
  /// Asked in the browser, and approved by john: where that returns.
  std::string returned(const form_fields_map& changes = {}) const {
    return bank_.approve_uri(handle_of(open(changes)));
  }
  std::string code(const form_fields_map& changes = {}) const {
    return query_value(returned(changes), "code");
  }

  static form_fields_map redemption(const std::string& code) {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"redirect_uri", callback_uri},
            {"code_verifier", sample_verifier}};
  }
  reply redeem(const std::string& code, const form_fields_map& changes = {},
               const std::string& headers = basic_line) const {
    return post_form("/oauth/token", with(redemption(code), changes), headers);
  }
  std::string token(const form_fields_map& changes = {}) const {
    return member(redeem(code(changes)), "access_token");
  }
  reply revoke(const std::string& token, const std::string& headers = basic_line) const {
    return post_form("/oauth/revoke", {{"token", token}}, headers);
  }

 private:
  sandbox_client& bank_;
};

}  // namespace multipass::testing
