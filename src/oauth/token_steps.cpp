// From a code to tokens (RFC 6749, section 4.1.3), to the next ones (section 6), and to their end
// (RFC 7009).
#include "base/json_text.hpp"
#include "oauth/oauth_surface.hpp"

namespace multipass {
namespace {

// One text for all reasons, as the documented endpoint has one: the TPP learns what to do, and who
// tries codes learns nothing.
oauth_error invalid_code() {
  return {"invalid_grant",
          "The code is not known, has expired or was used, or redirect_uri or code_verifier is not "
          "that of its request: start a new authorization"};
}

}  // namespace

task<> oauth_surface::token(exchange& x) const {
  const auto c = co_await begin(x);
  if (!c) co_return answer_oauth_error(x.out, oauth_error_of(c.error()));
  const auto grant_type = c->sent.require("grant_type");
  if (!grant_type) co_return answer_oauth_error(x.out, oauth_error_of(grant_type.error()));
  if (*grant_type == "authorization_code") co_return co_await exchange_code(x, *c);
  if (*grant_type == "refresh_token") co_return co_await refresh(x, *c);
  const oauth_error unsupported{"unsupported_grant_type",
                                "Parameter grant_type must be authorization_code or refresh_token"};
  answer_oauth_error(x.out, unsupported);
}

task<> oauth_surface::exchange_code(exchange& x, const call& c) const {
  for (const auto name : {"code", "redirect_uri"}) {
    if (const auto value = c.sent.require(name); !value) {
      co_return answer_oauth_error(x.out, oauth_error_of(value.error()));
    }
  }
  token_request presented;
  presented.access_code = c.text("code");
  presented.code_verifier = c.text("code_verifier");
  presented.certificate = c.shown.get();
  presented.authenticated_tpp = c.client.username;
  presented.redirect_uri = c.text("redirect_uri");
  const auto issued = co_await parts_.requests.redeem(presented);
  if (issued) co_return answer_token(x, *issued);
  const bool unknown = issued.error().code == errc::not_found;
  answer_oauth_error(x.out, unknown ? invalid_code() : oauth_error_of(issued.error()));
}

// A narrower scope is ignored, as section 3.3 allows: the answer says which it is.
task<> oauth_surface::refresh(exchange& x, const call& c) const {
  const auto token = c.sent.require("refresh_token");
  if (!token) co_return answer_oauth_error(x.out, oauth_error_of(token.error()));
  refresh_request presented;
  presented.refresh_token = *token;
  presented.tpp_username = c.client.username;
  presented.certificate = c.shown.get();
  const auto issued = co_await parts_.refreshes.refresh(presented);
  if (!issued) co_return answer_oauth_error(x.out, oauth_error_of(issued.error()));
  answer_token(x, *issued);
}

// RFC 6749, section 5.1, which demands Pragma beside the Cache-Control of every answer. consent_id
// is ours: the clientId of this consent everywhere else.
void oauth_surface::answer_token(exchange& x, const issued_token& t) const {
  std::string body = "{\"access_token\":\"" + t.token + "\",\"token_type\":\"Bearer\"";
  body += ",\"expires_in\":" + std::to_string(t.remaining.count());
  if (!t.refresh_token.empty()) body += ",\"refresh_token\":\"" + t.refresh_token + '"';
  body += ",\"scope\":\"" + to_string(t.scopes) + "\",\"consent_id\":";
  append_json_string(body, t.client_id);
  body += '}';
  x.out.json(200, body, "Pragma: no-cache\r\n");
}

// RFC 7009, section 2.2: 200 for a token that is over or never was, too, since nothing is left to
// be done. token_type_hint is no more than a hint.
task<> oauth_surface::revoke(exchange& x) const {
  const auto c = co_await begin(x);
  if (!c) co_return answer_oauth_error(x.out, oauth_error_of(c.error()));
  const auto token = c->sent.require("token");
  if (!token) co_return answer_oauth_error(x.out, oauth_error_of(token.error()));
  auto ended = co_await parts_.requests.revoke_own(*token, c->client.id);
  if (ended && !*ended) {
    refresh_request presented;
    presented.refresh_token = *token;
    presented.tpp_username = c->client.username;
    presented.certificate = c->shown.get();
    ended = co_await parts_.refreshes.revoke(presented);
  }
  if (!ended) co_return answer_oauth_error(x.out, oauth_error_of(ended.error()));
  x.out.json(200, "{}");
}

}  // namespace multipass
