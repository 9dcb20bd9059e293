#include "api/consent_status.hpp"

#include "base/form_text.hpp"
#include "base/json_text.hpp"
#include "base/rfc3339.hpp"
#include "domain/names.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

std::string_view status_of(const consent& c, timestamp now) {
  if (c.ended_at) return "revoked";
  return now >= c.expires_at ? "expired" : "active";
}

// An approved request has a consent, which is looked at first.
std::string_view status_of(const authorization& a, timestamp now) {
  if (a.decided == authorization::state::denied) return "denied";
  return now >= a.expires_at ? "timed_out" : "pending";
}

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json += json.empty() ? '{' : ',';
  json.append(1, '"').append(name).append("\":");
  append_json_string(json, value);
}

void append_member(std::string& json, std::string_view name, std::optional<timestamp> t) {
  if (t) append_member(json, name, std::string_view(rfc3339(*t)));
}

// RFC 7617, section 2.
void answer_failure(exchange& x, const error& e) {
  if (e.code != errc::unauthorized) return answer_problem(x.out, e);
  x.out.problem(401,
                e.message +
                    ". Send Authorization: Basic with the TPP's user name and secret, or connect "
                    "with the certificate that the TPP is bound to",
                "WWW-Authenticate: Basic realm=\"multipass\", charset=\"UTF-8\"\r\n");
}

}  // namespace

std::optional<std::string> consent_status_json(const client_history& h, timestamp now) {
  if (!h.granted && !h.asked) return std::nullopt;
  std::string json;
  append_member(json, "clientId", h.client_id);
  if (!h.granted) {
    append_member(json, "status", status_of(*h.asked, now));
    append_member(json, "scope", to_string(h.asked->scopes));
    append_member(json, "expiresAt", h.asked->expires_at);
    return json + '}';
  }
  const consent& c = *h.granted;
  append_member(json, "status", status_of(c, now));
  if (c.ended_at) append_member(json, "reason", name_of(c.reason));
  append_member(json, "scope", to_string(c.scopes));
  append_member(json, "grantedAt", c.granted_at);
  append_member(json, "expiresAt", c.expires_at);
  append_member(json, "endedAt", c.ended_at);
  append_member(json, "lastUsedAt", c.last_used_at);
  return json + '}';
}

// Whoever comes with a certificate alone is named by `client_id`, or else by the clientId that is
// asked about.
task<result<tpp>> consent_status::authenticate(exchange& x, std::string_view asked_of) const {
  const auto sent = parameters::read(x.in, settings_.max_parameters);
  if (!sent) co_return sent.error();
  const auto shown = certificates_.of(x);
  if (!shown) co_return shown.error();
  const bool header = x.in.authorization_count > 0;
  const auto named = sent->find("client_id").value_or(header ? std::string_view{} : asked_of);
  const client_credentials given{.authorization = x.in.authorization,
                                 .authorization_count = x.in.authorization_count,
                                 .client_id = named,
                                 .client_secret = {},
                                 .certificate = shown->get()};
  co_return co_await clients_.authenticate(given);
}

task<> consent_status::answer(exchange& x) const {
  const auto text = decode_form_text(x.in.path_arguments[0]);
  const auto id = text ? parse_client_id(*text) : std::nullopt;
  const std::string asked_of = id ? id->username : std::string{};
  const auto client = co_await authenticate(x, asked_of);
  if (!client) co_return answer_failure(x, client.error());
  // What is another TPP's is as unknown as what nobody asked for.
  if (!id || id->username != client->username) co_return x.out.problem(404, "Entity not found");
  auto find = [tpp = client->id, id = *id](store_reader& s) -> result<client_history> {
    auto asked = s.find_request_of(tpp, id.number);
    if (!asked) return asked.error();
    auto granted = s.find_consent_of(tpp, id.number);
    if (!granted) return granted.error();
    return client_history{make_client_id(id.username, id.number), std::move(*asked),
                          std::move(*granted)};
  };
  const auto found = co_await pool_.read(find);
  if (!found) co_return answer_problem(x.out, found.error());
  const auto json = consent_status_json(*found, clock_.now());
  if (!json) co_return x.out.problem(404, "Entity not found");
  x.out.json(200, *json);
}

endpoint consent_status_endpoint(const consent_status& status) {
  return {verb::get, "/tpp/consents/{}", "consent_status",
          [&status](exchange& x) { return status.answer(x); }, nullptr};
}

}  // namespace multipass
