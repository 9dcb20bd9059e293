#include "auth/token_refresh.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/names.hpp"
#include "store/audit_acts.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

// RFC 6749, section 5.2: "invalid, expired, revoked [...] or was issued to another client", and
// which of these, only its own TPP may guess.
error no_such_token() {
  return fail(errc::not_found,
              "The refresh token is unknown, was used before, or its consent has ended; ask the "
              "account holder for a new consent");
}

// Token and refresh token, both of a fixed length, one behind the other.
std::string joined(std::string_view token, std::string_view refresh_token) {
  return std::string(token).append(1, ' ').append(refresh_token);
}

}  // namespace

refresh_digests digests_of(std::string_view refresh_token) noexcept {
  return {sha256(server_key::family_of(refresh_token)), sha256(refresh_token)};
}

rotation token_refresh::asked_by(const refresh_request& r) const {
  rotation wanted;
  wanted.presented = digests_of(r.refresh_token);
  wanted.tpp_username = r.tpp_username;
  wanted.client_number = r.client_number;
  wanted.grace = settings_.refresh_grace;
  if (r.certificate != nullptr && r.certificate->account_information) {
    wanted.organization = r.certificate->organization;
    wanted.certificate = r.certificate->thumbprint;
  }
  wanted.now = clock_.now();
  wanted.token_expires_at = wanted.now + settings_.token_ttl;
  return wanted;
}

result<issued_token> token_refresh::repeat(const refresh_request& r, const rotated& earlier,
                                           timestamp now) const {
  const auto pair = key_.open_with(r.refresh_token, earlier.sealed);
  const auto space = pair ? pair->find(' ') : std::string::npos;
  if (space == std::string::npos) return no_such_token();  // somebody has written in the database
  const auto left = std::max(earlier.granted.expires_at - now, std::chrono::seconds{0});
  return issued_token{.token = pair->substr(0, space),
                      .expires_in = left,
                      .scopes = earlier.granted.scopes,
                      .refresh_token = pair->substr(space + 1),
                      .remaining = left,
                      .client_id = make_client_id(r.tpp_username, earlier.client_number)};
}

task<result<issued_token>> token_refresh::refresh(refresh_request r) {
  using outcome = rotated::outcome;
  if (!key_.may_be_refresh_token(r.refresh_token)) co_return no_such_token();
  rotation wanted = asked_by(r);
  // As with codes: refusals and repetitions cost a read and do not reach the one writer.
  auto look = [wanted](store_reader& s) { return s.preview_rotation(wanted); };
  const auto preview = co_await pool_.read(look);
  if (!preview) co_return preview.error();
  if (preview->what == outcome::refused) co_return no_such_token();
  if (preview->what == outcome::repeated) co_return repeat(r, *preview, wanted.now);

  const auto token = key_.make_token();
  auto successor = key_.make_refresh_token(server_key::family_of(r.refresh_token));
  wanted.token = sha256(token);
  wanted.successor = sha256(successor);
  wanted.sealed = key_.seal_for(r.refresh_token, joined(token, successor));
  const auto before = changes_.now();
  const auto rotate = single_write(&store_writer::rotate, wanted);
  const auto done = co_await pool_.write(rotate);
  if (!done) co_return done.error();
  if (done->what == outcome::refused) co_return no_such_token();
  if (done->what == outcome::repeated) co_return repeat(r, *done, wanted.now);
  const auto client = make_client_id(r.tpp_username, done->client_number);
  if (done->what == outcome::replayed) {
    log_.write(log_level::warning, "refresh_replayed", {{"client", client}});
    co_return no_such_token();
  }
  tokens_.remember(wanted.token, done->granted, before, done->bound ? r.certificate : nullptr);
  log_.write(log_level::info, "token_refreshed", {{"client", client}});
  const auto left = done->granted.expires_at - wanted.now;
  co_return issued_token{.token = token,
                         .expires_in = left,
                         .scopes = done->granted.scopes,
                         .refresh_token = std::move(successor),
                         .remaining = left,
                         .client_id = client};
}

task<result<flag>> token_refresh::revoke(refresh_request r) {
  if (!key_.may_be_refresh_token(r.refresh_token)) co_return false;
  const rotation presented = asked_by(r);
  auto look = [presented](store_reader& s) { return s.preview_rotation(presented); };
  const auto found = co_await pool_.read(look);
  if (!found) co_return found.error();
  if (found->what == rotated::outcome::refused) {
    if (found->granted.tpp == tpp_id{}) co_return false;
    co_return fail(errc::forbidden, "The token was issued to another client");
  }
  const origin by{tpp_actor(r.tpp_username), presented.now};
  const auto end = single_write(&store_writer::end_consent, found->granted.consent,
                                end_reason::revoked_by_tpp, by);
  const auto ended = co_await pool_.write(end);
  if (ended && *ended) log_.write(log_level::info, "token_revoked", {});
  co_return ended;
}

}  // namespace multipass
