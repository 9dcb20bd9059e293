#include "auth/authorization_requests.hpp"

#include <algorithm>
#include <chrono>

#include "auth/token_refresh.hpp"
#include "auth/tpp_rate.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "domain/names.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t handle_length = 20;  // the specification's sample x-request-id
constexpr std::size_t longest_state = 1024;

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace

error no_entity() {
  return fail(errc::not_found, "Entity not found or Invalid access code");
}

result<void> authorization_requests::check_request(const tpp& t, const consent_request& r,
                                                   scope_set asked) const {
  if (t.blocked) return fail(errc::forbidden, "This TPP is blocked");
  const auto& uris = t.redirect_uris;
  if (std::find(uris.begin(), uris.end(), r.redirect_uri) == uris.end()) {
    return fail(errc::invalid_input, "Parameter redirect_uri is not one that this TPP registered");
  }
  if (!t.scopes.contains(asked)) {
    return fail(errc::forbidden, "This TPP may ask for no more than " + to_string(t.scopes));
  }
  if (r.state.size() > longest_state) {
    return fail(errc::invalid_input, "Parameter state is longer than 1024 bytes");
  }
  if (r.code_challenge.empty()) {
    if (!r.code_challenge_method.empty()) {
      return fail(errc::invalid_input, "Parameter code_challenge is missing");
    }
    if (t.requires_pkce) {
      return fail(errc::invalid_input, "Parameter code_challenge is missing: this TPP uses PKCE");
    }
    return {};
  }
  // RFC 7636, section 4.2: base64url(SHA-256(verifier)) has 43 characters.
  if (r.code_challenge_method != "S256") {
    return fail(errc::invalid_input, "Parameter code_challenge_method must be S256");
  }
  if (r.code_challenge.size() != 43 || !is_base64url(r.code_challenge)) {
    return fail(errc::invalid_input, "Parameter code_challenge must be 43 base64url characters");
  }
  return {};
}

result<void> authorization_requests::check_certificate(const tpp& t,
                                                       const tpp_certificate* shown) const {
  auto good = check_account_access(t.organization, shown);
  if (!good) {
    log_.write(log_level::info, "tpp_certificate_refused",
               {{"tpp", t.username},
                {"presented", shown != nullptr ? shown->organization : std::string()},
                {"reason", good.error().message}});
  }
  return good;
}

task<result<std::string>> authorization_requests::authorize(consent_request r) {
  const auto asked = parse_scopes(r.scope);
  if (!asked) co_return fail(errc::invalid_input, "Parameter scope: " + asked.error().message);
  const std::string username(r.username);
  auto find = [username](store_reader& s) { return s.find_tpp(username); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  // The same work for an unknown name as for a wrong secret.
  const auto presented = key_.of_tpp_secret(r.secret);
  const auto known = *found ? (*found)->secret : digest{};
  if (!equal_in_constant_time(presented, known) || !*found) {
    log_.write_some(log_level::info, "tpp_refused", {{"tpp", *found ? username : "unknown"}});
    co_return fail(errc::unauthorized, "Unknown username or wrong secret");
  }
  if (const auto own = check_certificate(**found, r.certificate); !own) co_return own.error();
  if (const auto fine = count_request(tpp_rate_, (*found)->id, steady_clock::now()); !fine) {
    co_return fine.error();
  }
  if (const auto fine = check_request(**found, r, *asked); !fine) co_return fine.error();
  const auto filed = co_await file(**found, r, *asked, request_way::documented);
  if (!filed) co_return filed.error();
  co_return frontend_uri(filed->client_id, filed->handle);
}

task<result<filed_authorization>> authorization_requests::file(const tpp& t, consent_request r,
                                                               scope_set asked, request_way way) {
  const auto handle = random_text(handle_length);
  authorization a;
  a.handle = sha256(handle);
  a.tpp = t.id;
  if (way != request_way::browser) a.tpp_username = t.username;
  a.scopes = asked;
  a.redirect_uri = r.redirect_uri;
  a.client_state = r.state;
  a.code_challenge = r.code_challenge;
  a.standard = way != request_way::documented;
  const auto now = clock_.now();
  a.expires_at = now + settings_.authorization_ttl;
  const auto add = single_write(&store_writer::add_authorization, a, now);
  const auto number = co_await pool_.write(add);
  if (!number) co_return number.error();
  filed_authorization filed{make_client_id(t.username, *number), handle};
  log_.write(log_level::info, "authorization_started",
             {{"client", filed.client_id}, {"scopes", to_string(asked)}});
  co_return filed;
}

std::string authorization_requests::frontend_uri(std::string_view client_id,
                                                 std::string_view handle) const {
  return with_query(settings_.frontend_url, {{"clientId", client_id}, {"x-request-id", handle}});
}

task<result<issued_token>> authorization_requests::redeem(token_request r) {
  redemption wanted;
  wanted.code = sha256(r.access_code);
  wanted.authenticated = !r.authenticated_tpp.empty();
  if (wanted.authenticated) {
    wanted.tpp_username = r.authenticated_tpp;
  } else {
    auto client = parse_client_id(r.client_id).value_or(client_id{});
    wanted.tpp_username = std::move(client.username);
    wanted.client_number = client.number;
  }
  if (!r.redirect_uri.empty()) wanted.redirect_uri = r.redirect_uri;
  if (!r.secret.empty()) wanted.secret = key_.of_tpp_secret(r.secret);
  if (!r.code_verifier.empty()) {
    wanted.verifier_challenge = base64url(bytes_of(sha256(r.code_verifier)));
  }
  if (r.certificate != nullptr && r.certificate->account_information) {
    wanted.organization = r.certificate->organization;
    wanted.certificate = r.certificate->thumbprint;
  }
  wanted.now = clock_.now();
  wanted.token_expires_at = wanted.now + settings_.token_ttl;
  // Every refusal costs a read; only what changes something reaches the one writer.
  auto look = [wanted](store_reader& s) { return s.preview_redemption(wanted); };
  const auto preview = co_await pool_.read(look);
  if (!preview) co_return preview.error();
  if (preview->what == redeemed::outcome::refused) co_return no_entity();
  if (preview->what == redeemed::outcome::uncertified) {
    co_return co_await explain_certificate(wanted.tpp_username, r.certificate);
  }
  if (!wanted.authenticated) {
    const auto fine = count_request(tpp_rate_, preview->tpp, steady_clock::now());
    if (!fine) co_return fine.error();
  }

  const auto token = key_.make_token();
  wanted.token = sha256(token);
  auto refresh_token = key_.make_refresh_token();
  wanted.refresh = digests_of(refresh_token);
  const auto before = changes_.now();
  const auto redeem = single_write(&store_writer::redeem, wanted);
  const auto done = co_await pool_.write(redeem);
  if (!done) co_return done.error();
  const auto client = make_client_id(wanted.tpp_username, done->client_number);
  if (done->what == redeemed::outcome::replayed) {
    log_.write(log_level::warning, "code_replayed", {{"client", client}});
  }
  if (done->what == redeemed::outcome::uncertified) {
    co_return co_await explain_certificate(wanted.tpp_username, r.certificate);
  }
  if (done->what != redeemed::outcome::issued) co_return no_entity();
  tokens_.remember(wanted.token, done->granted, before, done->bound ? r.certificate : nullptr);
  log_.write(log_level::info, "token_issued", {{"client", client}});
  if (!done->refreshable) refresh_token.clear();
  co_return issued_token{.token = token,
                         .expires_in = wanted.token_expires_at - wanted.now,
                         .scopes = done->granted.scopes,
                         .refresh_token = std::move(refresh_token),
                         .remaining = done->granted.expires_at - wanted.now,
                         .client_id = client};
}

// The store knows the TPP's organization, and says only that the certificate is not the TPP's.
task<error> authorization_requests::explain_certificate(std::string username,
                                                        const tpp_certificate* shown) {
  auto find = [username](store_reader& s) { return s.find_tpp(username); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  if (!*found) co_return no_entity();
  const auto good = check_certificate(**found, shown);
  // Good by now: the bank has changed the organization meanwhile.
  co_return good ? no_entity() : good.error();
}

task<result<flag>> authorization_requests::revoke(std::string_view token,
                                                  const tpp_certificate* certificate) {
  if (!key_.may_be_token(token)) co_return false;
  const auto presented = sha256(token);
  const auto now = clock_.now();
  // As with codes: what was never issued does not reach the writer.
  auto find = [presented](store_reader& s) { return s.find_token(presented); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  if (!*found) co_return false;
  if (auto own = check_holder((*found)->organization, certificate); !own) co_return own.error();
  const auto& token_grant = (*found)->granted;
  if ((*found)->ended || now >= token_grant.expires_at) co_return false;
  if (const auto fine = count_request(tpp_rate_, token_grant.tpp, steady_clock::now()); !fine) {
    co_return fine.error();
  }
  const auto end = single_write(&store_writer::revoke_token, presented, now);
  const auto ended = co_await pool_.write(end);
  if (ended && *ended) log_.write(log_level::info, "token_revoked", {});
  co_return ended;
}

// RFC 7009, section 2.1: "verifies whether the token was issued to the client making the revocation
// request. If this validation fails, the request is refused".
task<result<flag>> authorization_requests::revoke_own(std::string_view token, tpp_id owner) {
  if (!key_.may_be_token(token)) co_return false;
  const auto presented = sha256(token);
  const auto now = clock_.now();
  auto find = [presented](store_reader& s) { return s.find_token(presented); };
  const auto found = co_await pool_.read(find);
  if (!found) co_return found.error();
  if (!*found || (*found)->ended || now >= (*found)->granted.expires_at) co_return false;
  if ((*found)->granted.tpp != owner) {
    co_return fail(errc::forbidden, "The token was issued to another client");
  }
  const auto end = single_write(&store_writer::revoke_token, presented, now);
  const auto ended = co_await pool_.write(end);
  if (ended && *ended) log_.write(log_level::info, "token_revoked", {});
  co_return ended;
}

}  // namespace multipass
