#include "store/decision.hpp"

#include <algorithm>
#include <functional>

#include "crypto/server_key.hpp"

namespace multipass {
namespace {

bool from_own_client(const redemption& presented, const code_record& code) {
  const bool any = presented.authenticated && presented.client_number == 0;
  return (any || presented.client_number == code.client_number) &&
         presented.tpp_username == code.tpp_username;
}

// A secret that was sent is checked even where none is demanded: whoever sends a wrong one is not
// the TPP. A standard code demands one wherever it is redeemed: anybody may have asked for it in
// the TPP's name, and then PKCE proves no more than that it is the same one.
bool secret_fits(const redemption& presented, const code_record& code) {
  if (!presented.secret) return presented.authenticated || !(code.requires_secret || code.standard);
  return equal_in_constant_time(*presented.secret, code.secret);
}

// RFC 7636, section 4.6. A verifier without a challenge is refused as well: whoever sends one
// believes that the code is protected, and it is not (RFC 9700, section 2.1.1). Both sides are
// hashes, so the time of a plain comparison gives nothing away.
bool verifier_fits(const redemption& presented, const code_record& code) {
  if (!presented.verifier_challenge) return code.code_challenge.empty();
  return !code.code_challenge.empty() && *presented.verifier_challenge == code.code_challenge;
}

bool redirect_uri_fits(const redemption& presented, const code_record& code) {
  return !presented.redirect_uri || *presented.redirect_uri == code.redirect_uri;
}

template <class presentation, class record>
bool certificate_fits(const presentation& presented, const record& kept) {
  return kept.organization.empty() ||
         (presented.certificate && presented.organization == kept.organization);
}

bool names_its_client(const rotation& presented, const refresh_record& family) {
  return presented.client_number == 0 || presented.client_number == family.client_number;
}

// Whoever has a live token of another TPP is refused, and learns that it is another's.
rotated of_another(const rotation& presented, const refresh_record& family) {
  rotated refused;
  if (presented.presented.token == family.newest) refused.granted = family.granted;
  return refused;
}

// "If a refresh token is compromised and subsequently used by both the attacker and the legitimate
// client, one of them will present an invalidated refresh token, which will inform the
// authorization server of the breach" (RFC 9700, section 4.14.2). Only the very last one may have
// been presented again because its answer was lost.
rotated::outcome use_of(const rotation& presented, const refresh_record& family) {
  using outcome = rotated::outcome;
  const digest& token = presented.presented.token;
  if (token == family.newest) return outcome::issued;
  const bool answer_may_be_lost =
      token == family.replaced && presented.now < family.replaced_at + presented.grace;
  return answer_may_be_lost ? outcome::repeated : outcome::replayed;
}

}  // namespace

result<void> check_rebinding(std::string_view present, std::string_view wanted, bool had_consent) {
  if (present.empty() || present == wanted || !had_consent) return {};
  return fail(errc::conflict, "The TPP is bound to " + std::string(present) +
                                  ", and consents were given to it; register another TPP");
}

result<void> check_decidable(const request_record& asked, timestamp now) {
  if (asked.decided != authorization::state::pending) {
    return fail(errc::conflict, "The authorization has been decided already");
  }
  if (now >= asked.expires_at) return fail(errc::conflict, "The authorization has expired");
  if (asked.tpp_blocked) return fail(errc::forbidden, "The TPP is blocked");
  return {};
}

result<void> check_choice(const approval& chosen, scope_set asked) {
  if (chosen.scopes.empty()) return fail(errc::invalid_input, "No scope is chosen");
  if (!asked.contains(chosen.scopes)) {
    return fail(errc::invalid_input, "A scope is chosen that was not asked for");
  }
  if (chosen.accounts.empty()) return fail(errc::invalid_input, "No account is chosen");
  const auto& accounts = chosen.accounts;
  const auto unordered =
      std::adjacent_find(accounts.begin(), accounts.end(), std::greater_equal<>{});
  if (unordered != accounts.end()) {
    return fail(errc::invalid_input, "The chosen accounts are not ascending");
  }
  return {};
}

redeemed::outcome judge(const redemption& presented, const code_record& code) noexcept {
  using outcome = redeemed::outcome;
  if (!from_own_client(presented, code)) return outcome::refused;
  if (code.consent_ended || presented.now >= code.consent_expires_at) return outcome::refused;
  // Who has not shown to be the TPP is not to end what the TPP was granted either.
  if (code.standard && !secret_fits(presented, code)) return outcome::refused;
  // RFC 6749, section 4.1.2: "If an authorization code is used more than once, the authorization
  // server MUST deny the request and SHOULD revoke (when possible) all tokens previously issued
  // based on that authorization code." So whatever else is wrong with the second use.
  if (code.used) return outcome::replayed;
  const bool acceptable = presented.now < code.expires_at && !code.tpp_blocked &&
                          secret_fits(presented, code) && verifier_fits(presented, code) &&
                          redirect_uri_fits(presented, code);
  if (!acceptable) return outcome::refused;
  return certificate_fits(presented, code) ? outcome::issued : outcome::uncertified;
}

rotated judge(const rotation& presented, const refresh_record& family) {
  using outcome = rotated::outcome;
  if (family.consent_ended || presented.now >= family.consent_expires_at) return {};
  if (presented.tpp_username != family.tpp_username) return of_another(presented, family);
  if (!names_its_client(presented, family)) return {};
  rotated found{use_of(presented, family), family.granted, false, {}, family.client_number};
  if (found.what == outcome::replayed) return found;
  if (family.tpp_blocked || !certificate_fits(presented, family)) return {};
  if (found.what == outcome::repeated) {
    found.sealed = family.sealed;
  } else {
    found.granted.expires_at = std::min(presented.token_expires_at, family.consent_expires_at);
    found.bound = !family.organization.empty();
  }
  return found;
}

std::optional<timestamp> unattended_pause(timestamp counted, timestamp now) noexcept {
  const timestamp next = counted + unattended_window;
  return next > now ? std::optional(next) : std::nullopt;
}

grant grant_of(const redemption& presented, const code_record& code) noexcept {
  return {code.consent, code.tpp, code.scopes,
          std::min(presented.token_expires_at, code.consent_expires_at)};
}

bool needs_refresh(const grant& g, const code_record& code) noexcept {
  return g.expires_at < code.consent_expires_at;
}

}  // namespace multipass
