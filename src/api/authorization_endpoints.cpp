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
  const auto url = co_await requests_.authorize(
      {optional(*sent, "username"), optional(*sent, "secret"), optional(*sent, "scope"),
       optional(*sent, "redirect_uri"), optional(*sent, "state"), optional(*sent, "code_challenge"),
       optional(*sent, "code_challenge_method")});
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
  const auto issued =
      co_await requests_.redeem({optional(*sent, "accessCode"), optional(*sent, "clientId"),
                                 optional(*sent, "secret"), optional(*sent, "code_verifier")});
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
  const auto ended = co_await requests_.revoke(*token);
  if (!ended) co_return answer_problem(x.out, ended.error());
  if (*ended) {
    x.out.json(200, R"({"status":"success"})");
  } else {
    x.out.json(400, R"({"status":"failure"})");
  }
}

}  // namespace multipass
