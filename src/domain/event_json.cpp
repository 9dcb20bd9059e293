#include "domain/event_json.hpp"

#include "base/json_text.hpp"
#include "base/rfc3339.hpp"
#include "domain/names.hpp"
#include "multipass/scope.hpp"

namespace multipass {
namespace {

bool tells_reason(event_type type) {
  return type == event_type::consent_revoked || type == event_type::token_revoked;
}

void append_members(std::string& out, const event& e) {
  out.append(R"("type":")").append(name_of(e.type));
  out.append(R"(","timestamp":")").append(rfc3339(e.at));
  out.append(R"(","data":{"clientId":)");
  append_json_string(out, make_client_id(e.tpp_username, e.client_number));
  out.append(R"(,"scope":")").append(to_string(e.scopes));
  out.append(R"(","expiresAt":")").append(rfc3339(e.expires_at)).append("\"");
  if (tells_reason(e.type)) out.append(R"(,"reason":")").append(name_of(e.reason)).append("\"");
  out.append("}");
}

}  // namespace

std::string event_id(const event& e) {
  return e.tpp_username + "-" + std::to_string(e.number);
}

std::string_view name_of(event_type type) noexcept {
  switch (type) {
    case event_type::consent_granted:
      return "consent.granted";
    case event_type::consent_revoked:
      return "consent.revoked";
    case event_type::consent_expired:
      return "consent.expired";
    case event_type::token_revoked:
      break;
  }
  return "token.revoked";
}

std::string event_payload(const event& e) {
  std::string out = "{";
  append_members(out, e);
  return out += '}';
}

void append_polled_event(std::string& out, const event& e) {
  out += R"({"id":)";
  append_json_string(out, event_id(e));
  out += ',';
  append_members(out, e);
  out += '}';
}

}  // namespace multipass
