#include "api/authorization_endpoints.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "domain/names.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

std::string_view optional(const parameters& p, std::string_view name) {
  return p.find(name).value_or(std::string_view{});
}

error two_grants() {
  return fail(errc::invalid_input,
              "Parameters accessCode and refreshToken exclude each other: send one of them");
}

// Three keys for a token that lives as long as its consent: then it has no refresh token.
std::string json_of(const issued_token& t) {
  std::string body =
      "{\"accessToken\":\"" + t.token + "\",\"expiresIn\":" + std::to_string(t.expires_in.count());
  if (!t.refresh_token.empty()) body += ",\"refreshToken\":\"" + t.refresh_token + "\"";
  return body + ",\"scope\":\"" + to_string(t.scopes) + "\"}";
}

}  // namespace

task<> authorization_endpoints::authorize(exchange& x) {
  const auto sent = parameters::read(x.in, settings_.max_parameters);
  if (!sent) co_return answer_problem(x.out, sent.error());
  for (const auto name : {"username", "secret", "scope", "redirect_uri"}) {
    if (const auto value = sent->require(name); !value) {
      co_return answer_problem(x.out, value.error());
    }
  }
  const auto shown = certificates_.of(x);
  if (!shown) co_return answer_problem(x.out, shown.error());
  const consent_request asked{.username = optional(*sent, "username"),
                              .secret = optional(*sent, "secret"),
                              .scope = optional(*sent, "scope"),
                              .redirect_uri = optional(*sent, "redirect_uri"),
                              .state = optional(*sent, "state"),
                              .code_challenge = optional(*sent, "code_challenge"),
                              .code_challenge_method = optional(*sent, "code_challenge_method"),
                              .certificate = shown->get()};
  const auto url = co_await requests_.authorize(asked);
  if (!url) co_return answer_problem(x.out, url.error());
  std::string body = "{\"redirectUrl\":";
  append_json_string(body, *url);
  body += '}';
  x.out.json(200, body);
}

task<> authorization_endpoints::token(exchange& x) {
  const auto sent = parameters::read(x.in, settings_.max_parameters);
  if (!sent) co_return answer_problem(x.out, sent.error());
  const bool refreshing = !optional(*sent, "refreshToken").empty();
  if (refreshing && !optional(*sent, "accessCode").empty())
    co_return answer_problem(x.out, two_grants());
  for (const auto name : {refreshing ? "refreshToken" : "accessCode", "clientId"}) {
    if (const auto value = sent->require(name); !value) {
      co_return answer_problem(x.out, value.error());
    }
  }
  const auto shown = certificates_.of(x);
  if (!shown) co_return answer_problem(x.out, shown.error());
  auto exchange_for_tokens =
      refreshing ? refresh(*sent, shown->get()) : redeem(*sent, shown->get());
  const auto issued = co_await std::move(exchange_for_tokens);
  if (!issued) co_return answer_problem(x.out, issued.error());
  x.out.json(200, json_of(*issued));
}

task<result<issued_token>> authorization_endpoints::redeem(const parameters& sent,
                                                           const tpp_certificate* shown) {
  const token_request presented{.access_code = optional(sent, "accessCode"),
                                .client_id = optional(sent, "clientId"),
                                .secret = optional(sent, "secret"),
                                .code_verifier = optional(sent, "code_verifier"),
                                .certificate = shown};
  co_return co_await requests_.redeem(presented);
}

// A refresh token lives as long as its consent, so it goes with what shows who uses it (RFC 6749,
// section 10.4), also where a code would do without.
task<result<issued_token>> authorization_endpoints::refresh(const parameters& sent,
                                                            const tpp_certificate* shown) {
  const auto client = parse_client_id(optional(sent, "clientId"));
  const auto secret = optional(sent, "secret");
  if (secret.empty() && shown == nullptr) {
    co_return fail(errc::unauthorized,
                   "Parameter secret is missing: a refresh token goes with the TPP's secret, or "
                   "with its certificate");
  }
  client_credentials claimed;
  claimed.client_id = client ? std::string_view(client->username) : std::string_view{};
  claimed.client_secret = secret;
  claimed.certificate = shown;
  const auto known = co_await clients_.authenticate(claimed);
  if (!known) co_return known.error();
  const refresh_request presented{.refresh_token = optional(sent, "refreshToken"),
                                  .tpp_username = known->username,
                                  .client_number = client->number,
                                  .certificate = shown};
  auto issued = co_await refreshes_.refresh(presented);
  // One body for every reason, as the specification says it.
  if (!issued && issued.error().code == errc::not_found) co_return no_entity();
  co_return issued;
}

task<> authorization_endpoints::revoke(exchange& x) {
  const auto sent = parameters::read(x.in, settings_.max_parameters);
  if (!sent) co_return answer_problem(x.out, sent.error());
  const auto token = sent->require("accessToken");
  if (!token) co_return answer_problem(x.out, token.error());
  const auto shown = certificates_.of(x);
  if (!shown) co_return answer_problem(x.out, shown.error());
  const auto ended = co_await requests_.revoke(*token, shown->get());
  if (!ended) co_return answer_problem(x.out, ended.error());
  if (*ended) {
    x.out.json(200, R"({"status":"success"})");
  } else {
    x.out.json(400, R"({"status":"failure"})");
  }
}

}  // namespace multipass
