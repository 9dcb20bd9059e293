#include "api/authorization_endpoints.hpp"

#include "base/json_text.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

std::string_view optional(const parameters& p, std::string_view name) {
  return p.find(name).value_or(std::string_view{});
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
  for (const auto name : {"accessCode", "clientId"}) {
    if (const auto value = sent->require(name); !value) {
      co_return answer_problem(x.out, value.error());
    }
  }
  const auto shown = certificates_.of(x);
  if (!shown) co_return answer_problem(x.out, shown.error());
  const token_request presented{.access_code = optional(*sent, "accessCode"),
                                .client_id = optional(*sent, "clientId"),
                                .secret = optional(*sent, "secret"),
                                .code_verifier = optional(*sent, "code_verifier"),
                                .certificate = shown->get()};
  const auto issued = co_await requests_.redeem(presented);
  if (!issued) co_return answer_problem(x.out, issued.error());
  x.out.json(200, "{\"accessToken\":\"" + issued->token +
                      "\",\"expiresIn\":" + std::to_string(issued->expires_in.count()) +
                      ",\"scope\":\"" + to_string(issued->scopes) + "\"}");
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
