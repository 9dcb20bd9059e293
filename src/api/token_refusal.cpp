#include "api/token_refusal.hpp"

#include <string>

#include "http/problem.hpp"

namespace multipass {
namespace {

void answer_invalid_token(answer& out, std::string_view json) {
  out.json(401, json, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n");
}

}  // namespace

void answer_certificate_refusal(answer& out, const error& why) {
  const auto status = status_of(why.code);
  out.problem(status, why.message,
              status == 401 ? "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n" : "");
}

void answer_refusal(answer& out, verdict why, scope needed) {
  switch (why) {
    case verdict::missing:
      // Nothing was presented, so nothing is said to be wrong (RFC 6750, section 3.1).
      return out.json(401, R"({"message":"Authorization: Bearer <access token> is missing"})",
                      "WWW-Authenticate: Bearer\r\n");
    case verdict::malformed:
      return answer_invalid_token(out, R"({"message":"The access token is malformed"})");
    case verdict::expired:
      return answer_invalid_token(out,
                                  R"({"message":"The access token or its consent has expired"})");
    case verdict::insufficient_scope: {
      const std::string name(name_of(needed));
      return out.json(
          403, R"({"message":"The access token does not have the scope )" + name + "\"}",
          "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"" + name + "\"\r\n");
    }
    case verdict::other_certificate:
      return answer_invalid_token(
          out,
          R"({"message":"The access token is bound to a client certificate that was not presented"})");
    case verdict::unavailable:
      return out.json(503, R"({"message":"The store is not available, try again"})",
                      "Retry-After: 1\r\n");
    case verdict::granted:
    case verdict::unknown:
      break;
  }
  answer_invalid_token(out, R"({"message":"The access token is unknown or has been revoked"})");
}

}  // namespace multipass
