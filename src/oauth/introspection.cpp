#include "oauth/introspection.hpp"

#include <array>
#include <charconv>

#include "base/character_set.hpp"
#include "base/json_text.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/encoding.hpp"
#include "domain/names.hpp"
#include "http/header_field.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"

namespace multipass {
namespace {

constexpr std::string_view form = "application/x-www-form-urlencoded";

// In account_view the list has account 0; here there is no other question.
constexpr account_question about_consent{};

// "token=" and a token, with or without the usual hint, is the whole body of nearly every request:
// read without the general reader, which allocates. Empty: something else is there.
std::string_view plain_token(const request& in) noexcept {
  constexpr std::string_view name = "token=";
  constexpr std::string_view hint = "&token_type_hint=access_token";
  constexpr std::size_t length = 25;
  if (!in.query.empty() || !in.body.starts_with(name)) return {};
  const auto token = in.body.substr(name.size(), length);
  const auto rest = in.body.substr(name.size() + token.size());
  if (token.size() != length || !alphanumerics.has_all(token)) return {};
  if (!rest.empty() && rest != hint) return {};
  return is_media_type(in.content_type, form) ? token : std::string_view{};
}

// RFC 7662, section 2.1: parameters come as form data. Those in a URL end in logs.
result<std::string> read_token(const request& in, std::size_t most) {
  if (!in.query.empty()) {
    return fail(errc::invalid_input, "Parameters of introspection go into the body, not the URL");
  }
  const auto sent = parameters::read(in, most);
  if (!sent) return sent.error();
  const auto token = sent->require("token");
  if (!token) return token.error();
  return std::string(*token);
}

void append_seconds(std::string& out, timestamp t) {
  std::array<char, 24> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), t.time_since_epoch().count()).ptr;
  out.append(text.data(), end);
}

void answer_inactive(exchange& x) {
  x.out.json(200, R"({"active":false})");
}

}  // namespace

introspection::introspection(token_authorizer& tokens, store_pool& pool,
                             const change_clock& changes, const config& settings,
                             std::string_view key, consent_uses& uses, std::size_t threads)
    : tokens_(tokens), pool_(pool), changes_(changes), settings_(settings), key_(key), uses_(uses) {
  for (std::size_t i = 0; i < threads; ++i) {
    loops_.push_back(std::make_unique<per_loop>(settings.account_view_entries, changes));
  }
}

bool introspection::is_authorized(std::string_view authorization) const {
  constexpr std::string_view bearer = "bearer ";
  constexpr std::string_view basic = "basic ";
  if (equals_lower(authorization.substr(0, bearer.size()), bearer)) {
    return same_in_constant_time(authorization.substr(bearer.size()), key_);
  }
  if (!equals_lower(authorization.substr(0, basic.size()), basic)) return false;
  const auto plain = from_base64(authorization.substr(basic.size()));
  const auto colon = plain ? plain->find(':') : std::string::npos;
  return colon != std::string::npos &&
         same_in_constant_time(std::string_view(*plain).substr(colon + 1), key_);
}

// True: refused and answered. Without this, anybody could try tokens out (RFC 7662, section 4).
bool introspection::refuse_stranger(exchange& x) const {
  if (x.in.authorization_count == 1 && is_authorized(x.in.authorization)) return false;
  x.out.problem(401,
                "The introspection key is missing or wrong: Authorization: Bearer <introspection "
                "key>, or Basic with the key as password",
                "WWW-Authenticate: Bearer\r\nWWW-Authenticate: Basic realm=\"introspection\"\r\n");
  return true;
}

bool introspection::from_memory(exchange& x) {
  if (refuse_stranger(x)) return true;
  const auto text = plain_token(x.in);
  if (text.empty()) return false;
  const auto token = tokens_.look_up_standing(text);
  return token && answer_known(x, *token);
}

task<> introspection::handle(exchange& x) {
  if (refuse_stranger(x)) co_return;
  const auto text = read_token(x.in, settings_.max_parameters);
  if (!text) co_return answer_problem(x.out, text.error());
  auto token = tokens_.look_up_standing(*text);
  if (!token) {
    const auto read = co_await tokens_.read_standing(*text);
    if (!read) co_return answer_problem(x.out, read.error());
    token = *read;
  }
  if (answer_known(x, *token)) co_return;
  co_await answer_from_store(x, *token);
}

bool introspection::answer_known(exchange& x, const token_standing& token) {
  if (!token.live) {
    answer_inactive(x);
    return true;
  }
  const auto known =
      loops_[x.thread]->consents.find(token.granted.consent, about_consent, x.started);
  if (!known) return false;
  const auto period = use_period_of(x.started);
  if (known->begins(period)) uses_.note(x.thread, token.granted.consent, period);
  write(x, token, known->json());
  return true;
}

task<> introspection::answer_from_store(exchange& x, token_standing token) {
  const auto before = changes_.now();
  consent_filter only;
  only.after = consent_id{static_cast<std::int64_t>(token.granted.consent) - 1};
  only.limit = 1;
  auto list = [only](store_reader& s) { return s.list_consents(only); };
  const auto found = co_await pool_.read(list);
  if (!found) co_return answer_problem(x.out, found.error());
  if (found->empty() || found->front().id != token.granted.consent) co_return answer_inactive(x);
  const consent& given = found->front();
  const auto front = front_of(given);
  loops_[x.thread]->consents.keep(
      token.granted.consent, about_consent, front,
      {before, changes_.accounts_stripe(given.psu_username), account_view::time_point::max()});
  uses_.note(x.thread, token.granted.consent, use_period_of(x.started));
  write(x, token, front);
}

// Names, ids and scopes never change, so this much is as good as the consent.
std::string introspection::front_of(const consent& c) const {
  std::string json = R"({"active":true,"client_id":)";
  append_json_string(json, c.tpp_username);
  json += R"(,"sub":)";
  append_json_string(json, c.psu_username);
  json += R"(,"consent_id":)";
  append_json_string(json, make_client_id(c.tpp_username, c.client_number));
  json += R"(,"scope":)";
  append_json_string(json, to_string(c.scopes));
  json += R"(,"token_type":"Bearer","iss":)";
  append_json_string(json, settings_.public_url);
  return json + R"(,"exp":)";
}

void introspection::write(exchange& x, const token_standing& token, std::string_view front) {
  std::string& json = loops_[x.thread]->answer;
  json = front;
  append_seconds(json, token.granted.expires_at);
  if (token.certificate) {
    json += R"(,"cnf":{"x5t#S256":")" + base64url(bytes_of(*token.certificate)) + R"("})";
  }
  json += '}';
  x.out.json(200, json);
}

endpoint_table introspection_endpoints(introspection& i) {
  return {{verb::post, "/introspect", "introspect", [&i](exchange& x) { return i.handle(x); },
           [&i](exchange& x) { return i.from_memory(x); }}};
}

}  // namespace multipass
