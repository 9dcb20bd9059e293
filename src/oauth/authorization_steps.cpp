// From a TPP's request for consent to the page where the PSU decides: pushed by the TPP's server
// (RFC 9126), or brought by the PSU's browser.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "auth/tpp_rate.hpp"
#include "base/json_text.hpp"
#include "domain/names.hpp"
#include "oauth/oauth_surface.hpp"

namespace multipass {
namespace {

constexpr std::string_view request_uri_prefix = "urn:ietf:params:oauth:request_uri:";
constexpr std::string_view no_referrer = "Referrer-Policy: no-referrer\r\n";  // URLs hold handles

std::string_view text(const parameters& p, std::string_view name) {
  return p.find(name).value_or(std::string_view{});
}

consent_request consent_request_of(const parameters& sent) {
  consent_request r;
  r.scope = text(sent, "scope");
  r.redirect_uri = text(sent, "redirect_uri");
  r.state = text(sent, "state");
  r.code_challenge = text(sent, "code_challenge");
  r.code_challenge_method = text(sent, "code_challenge_method");
  return r;
}

oauth_error invalid_request(std::string why) {
  return {"invalid_request", std::move(why)};
}

// What the RFCs give an error code of its own. The scopes come out in `asked`.
std::optional<oauth_error> check_terms(const tpp& client, const parameters& sent,
                                       scope_set& asked) {
  if (!text(sent, "request").empty()) {
    return oauth_error{"request_not_supported", "Send the parameters themselves, not a request"};
  }
  const auto type = text(sent, "response_type");
  if (type.empty()) return invalid_request("Parameter response_type is missing: send code");
  if (type != "code") {
    return oauth_error{"unsupported_response_type", "Parameter response_type must be code"};
  }
  const auto mode = text(sent, "response_mode");
  if (!mode.empty() && mode != "query") {
    return invalid_request("Parameter response_mode must be query");
  }
  const auto scopes = parse_scopes(text(sent, "scope"));
  if (!scopes) return oauth_error{"invalid_scope", scopes.error().message};
  if (!client.scopes.contains(*scopes)) {
    return oauth_error{"invalid_scope",
                       "This client may ask for no more than " + to_string(client.scopes)};
  }
  asked = *scopes;
  if (text(sent, "redirect_uri").empty()) {
    return invalid_request("Parameter redirect_uri is missing");
  }
  return std::nullopt;
}

std::optional<oauth_error> check(const authorization_requests& requests, const tpp& client,
                                 const parameters& sent, scope_set& asked) {
  if (auto wrong = check_terms(client, sent, asked)) return wrong;
  const auto fine = requests.check_request(client, consent_request_of(sent), asked);
  if (fine) return std::nullopt;
  return oauth_error_of(fine.error());
}

// Nobody has authenticated, so only PKCE ties the code to who asked (RFC 9700, section 2.1.1), and
// whoever is known by a certificate could not show it here.
std::optional<oauth_error> check_unauthenticated(const tpp& client, const parameters& sent) {
  if (!client.organization.empty()) {
    return invalid_request(
        "This client must push its request to pushed_authorization_request_endpoint (RFC 9126)");
  }
  if (text(sent, "code_challenge").empty()) {
    return invalid_request(
        "Parameter code_challenge is missing: use PKCE with S256 (RFC 7636), or push the request");
  }
  return std::nullopt;
}

bool is_registered(const tpp& client, std::string_view redirect_uri) {
  const auto& uris = client.redirect_uris;
  return std::find(uris.begin(), uris.end(), redirect_uri) != uris.end();
}

}  // namespace

task<> oauth_surface::push(exchange& x) const {
  const auto c = co_await begin(x);
  if (!c) co_return answer_oauth_error(x.out, oauth_error_of(c.error()));
  // RFC 9126, section 2.1: the request_uri parameter "MUST NOT be provided in this case".
  if (!c->text("request_uri").empty()) {
    co_return answer_oauth_error(
        x.out,
        invalid_request("Parameter request_uri is an answer of this endpoint: leave it out"));
  }
  scope_set asked;
  if (const auto wrong = check(parts_.requests, c->client, c->sent, asked)) {
    co_return answer_oauth_error(x.out, *wrong);
  }
  const auto wanted = consent_request_of(c->sent);
  const auto filed = co_await parts_.requests.file(c->client, wanted, asked, request_way::pushed);
  if (!filed) co_return answer_oauth_error(x.out, oauth_error_of(filed.error()));
  std::string body = "{\"request_uri\":";
  append_json_string(body, std::string(request_uri_prefix) + filed->handle);
  body += ",\"expires_in\":" + std::to_string(parts_.settings.authorization_ttl.count()) + '}';
  x.out.json(201, body);
}

task<> oauth_surface::authorize(exchange& x) const {
  request in = x.in;
  in.body = {};  // a GET has none that counts
  const auto sent = parameters::read(in, parts_.settings.max_parameters);
  if (!sent) co_return refuse(x, "", sent.error());
  if (const auto client = sent->require("client_id"); !client) {
    co_return refuse(x, "", client.error());
  }
  // RFC 6749, section 3.1: one sent without a value "MUST be treated as if [...] omitted".
  if (!text(*sent, "request_uri").empty()) co_return co_await open_pushed(x, *sent);
  co_await open_plain(x, *sent);
}

// All else that the browser brings is ignored: the TPP's server has said it (RFC 9126, section 4).
task<> oauth_surface::open_pushed(exchange& x, const parameters& sent) const {
  auto handle = text(sent, "request_uri");
  const auto client = text(sent, "client_id");
  if (!handle.starts_with(request_uri_prefix)) {
    co_return refuse(x, "", fail(errc::invalid_input, "request_uri is not one of ours"));
  }
  handle.remove_prefix(request_uri_prefix.size());
  const auto filed = co_await parts_.decisions.look_up(handle);
  if (!filed && filed.error().code != errc::not_found) co_return refuse(x, "", filed.error());
  // RFC 9126, section 4: bound to the client that pushed it.
  if (!filed || !filed->asked.standard || filed->asked.tpp_username != client) {
    co_return refuse(x, "",
                     fail(errc::not_found, "request_uri is not known, or is another client's"));
  }
  if (filed->tpp_blocked) {
    co_return refuse(x, client, fail(errc::forbidden, "client_id is a client that is suspended"));
  }
  const auto& asked = filed->asked;
  const auto id = make_client_id(asked.tpp_username, asked.client_number);
  x.out.redirect(parts_.requests.frontend_uri(id, handle), no_referrer);
}

task<> oauth_surface::open_plain(exchange& x, const parameters& sent) const {
  const std::string name(text(sent, "client_id"));
  auto find = [name](store_reader& s) { return s.find_tpp(name); };
  const auto found = co_await parts_.pool.read(find);
  if (!found) co_return refuse(x, "", found.error());
  if (!*found || (*found)->blocked) {
    co_return refuse(x, *found ? name : "",
                     fail(errc::forbidden, "client_id is not a client here, or is suspended"));
  }
  const tpp& client = **found;
  const auto wanted = consent_request_of(sent);
  // RFC 6749, section 4.1.2.1: "MUST NOT automatically redirect the user-agent to the invalid
  // redirection URI."
  if (!is_registered(client, wanted.redirect_uri)) {
    co_return refuse(
        x, name,
        fail(errc::invalid_input,
             "redirect_uri is not one that this client has registered, byte for byte"));
  }
  scope_set asked;
  auto wrong = check(parts_.requests, client, sent, asked);
  if (!wrong) wrong = check_unauthenticated(client, sent);
  result<filed_authorization> filed = filed_authorization{};
  if (!wrong && x.in.method == verb::head) {
    // RFC 9110, section 9.2.1: a HEAD is safe. It shows where a GET leads, and asks for nothing.
    co_return x.out.redirect(parts_.settings.frontend_url, no_referrer);
  }
  if (!wrong) {
    const auto fine = count_request(named_, client.id, std::chrono::steady_clock::now());
    if (!fine) co_return refuse(x, name, fine.error());
    filed = co_await parts_.requests.file(client, wanted, asked, request_way::browser);
    if (!filed) wrong = oauth_error_of(filed.error());
  }
  if (wrong) {
    co_return x.out.redirect(
        error_uri(wanted.redirect_uri, *wrong, wanted.state, parts_.settings.public_url),
        no_referrer);
  }
  x.out.redirect(parts_.requests.frontend_uri(filed->client_id, filed->handle), no_referrer);
}

// `client` is a TPP's name, or empty: what is no TPP's name may be anything, and is not logged.
void oauth_surface::refuse(exchange& x, std::string_view client, const error& e) const {
  if (!client.empty()) {
    parts_.log.write_some(log_level::info, "authorize_refused",
                          {{"tpp", client}, {"reason", e.message}, {"request", x.in.request_id}});
  }
  parts_.show_page(x, e);
}

}  // namespace multipass
