#include "support/memory_state.hpp"

namespace multipass::testing {
namespace {

template <class map>
const typename map::mapped_type* named(const map& entries, std::string_view username) {
  for (const auto& [id, entry] : entries) {
    if (entry.username == username) return &entry;
  }
  return nullptr;
}

template <class map>
std::vector<typename map::mapped_type> all_of(const map& entries) {
  std::vector<typename map::mapped_type> all;
  for (const auto& [id, entry] : entries) all.push_back(entry);
  return all;
}

template <class map>
std::optional<typename map::mapped_type> of_client(const map& entries, tpp_id tpp,
                                                   std::int64_t client_number) {
  for (const auto& [key, entry] : entries) {
    if (entry.tpp == tpp && entry.client_number == client_number) return entry;
  }
  return std::nullopt;
}

template <class T>
std::optional<T> copy_of(const T* found) {
  return found == nullptr ? std::nullopt : std::optional<T>(*found);
}

}  // namespace

const tpp* memory_state::tpp_named(std::string_view username) const {
  return named(tpps, username);
}

const psu* memory_state::psu_named(std::string_view username) const {
  return named(psus, username);
}

code_record memory_state::record_of(const kept_code& code) const {
  const consent& given = consents.at(code.consent);
  const tpp& client = tpps.at(given.tpp);
  return {.consent = given.id,
          .tpp = client.id,
          .tpp_username = client.username,
          .client_number = given.client_number,
          .scopes = given.scopes,
          .expires_at = code.expires_at,
          .consent_expires_at = given.expires_at,
          .used = code.used,
          .consent_ended = given.ended_at.has_value(),
          .tpp_blocked = client.blocked,
          .requires_secret = client.requires_secret,
          .secret = client.secret,
          .code_challenge = code.code_challenge,
          .organization = client.organization,
          .redirect_uri = code.redirect_uri,
          .standard = code.standard};
}

refresh_record memory_state::record_of(const kept_family& family) const {
  const consent& given = consents.at(family.consent);
  const tpp& client = tpps.at(given.tpp);
  return {.granted = {given.id, client.id, given.scopes, family.token_expires_at},
          .tpp_username = client.username,
          .client_number = given.client_number,
          .newest = family.newest,
          .replaced = family.replaced,
          .replaced_at = family.replaced_at,
          .sealed = family.sealed,
          .consent_expires_at = given.expires_at,
          .consent_ended = given.ended_at.has_value(),
          .tpp_blocked = client.blocked,
          .organization = client.organization};
}

result<std::vector<account>> memory_reads::accounts_of(std::string_view psu) const {
  const auto state = present_();
  std::vector<account> found;
  const auto* owner = state->psu_named(psu);
  if (owner == nullptr) return found;
  for (const auto& [id, kept] : state->accounts) {
    if (kept.owner == owner->id) found.push_back(kept.value);
  }
  return found;
}

result<std::vector<money>> memory_reads::balances_of(std::string_view psu,
                                                     account_id account) const {
  const auto state = present_();
  const auto* owner = state->psu_named(psu);
  const auto found = state->accounts.find(account);
  if (owner == nullptr || found == state->accounts.end() || found->second.owner != owner->id) {
    return fail(errc::not_found, "Entity not found");
  }
  return found->second.balances;
}

result<std::optional<tpp>> memory_reads::find_tpp(std::string_view username) const {
  const auto state = present_();
  return copy_of(state->tpp_named(username));
}

result<std::vector<tpp>> memory_reads::list_tpps() const {
  return all_of(present_()->tpps);
}

result<std::optional<psu>> memory_reads::find_psu(std::string_view username) const {
  const auto state = present_();
  return copy_of(state->psu_named(username));
}

result<std::vector<psu>> memory_reads::list_psus() const {
  return all_of(present_()->psus);
}

result<std::optional<authorization>> memory_reads::find_authorization(const digest& handle) const {
  const auto state = present_();
  const auto found = state->authorizations.find(handle);
  if (found == state->authorizations.end()) return std::nullopt;
  return found->second;
}

result<redemption_preview> memory_reads::preview_redemption(const redemption& r) const {
  const auto state = present_();
  const auto found = state->codes.find(r.code);
  if (found == state->codes.end()) return redemption_preview{};
  const auto code = state->record_of(found->second);
  return redemption_preview{judge(r, code), code.tpp};
}

result<rotated> memory_reads::preview_rotation(const rotation& r) const {
  const auto state = present_();
  const auto found = state->families.find(r.presented.family);
  return found == state->families.end() ? rotated{} : judge(r, state->record_of(found->second));
}

result<std::optional<token_record>> memory_reads::find_token(const digest& token) const {
  const auto state = present_();
  const auto found = state->tokens.find(token);
  if (found == state->tokens.end()) return std::nullopt;
  const consent& given = state->consents.at(found->second.consent);
  const tpp& client = state->tpps.at(given.tpp);
  return token_record{{given.id, given.tpp, given.scopes, found->second.expires_at},
                      given.ended_at.has_value(),
                      client.blocked,
                      found->second.certificate,
                      client.organization};
}

result<std::optional<consent_view>> memory_reads::find_consent(consent_id consent) const {
  const auto state = present_();
  const auto found = state->consents.find(consent);
  if (found == state->consents.end()) return std::nullopt;
  return consent_view{found->second.owner, found->second.psu_username, found->second.accounts};
}

result<std::vector<consent>> memory_reads::list_consents(const consent_filter& filter) const {
  const auto state = present_();
  std::vector<consent> found;
  for (const auto& [id, entry] : state->consents) {
    const bool wanted =
        id > filter.after &&
        (filter.tpp_username.empty() || filter.tpp_username == entry.tpp_username) &&
        (filter.psu_username.empty() || filter.psu_username == entry.psu_username);
    if (wanted && found.size() < filter.limit) found.push_back(entry);
  }
  return found;
}

result<std::optional<authorization>> memory_reads::find_request_of(
    tpp_id tpp, std::int64_t client_number) const {
  return of_client(present_()->authorizations, tpp, client_number);
}

result<std::optional<consent>> memory_reads::find_consent_of(tpp_id tpp,
                                                             std::int64_t client_number) const {
  return of_client(present_()->consents, tpp, client_number);
}

result<std::optional<enrolment>> memory_reads::find_enrolment(const digest& handle) const {
  const auto state = present_();
  const auto found = state->enrolments.find(handle);
  if (found == state->enrolments.end()) return std::nullopt;
  return found->second;
}

result<std::optional<std::string>> memory_reads::setting(std::string_view name) const {
  const auto state = present_();
  const auto found = state->settings.find(name);
  if (found == state->settings.end()) return std::nullopt;
  return found->second;
}

result<std::vector<audit_record>> memory_reads::list_audit(std::int64_t after,
                                                           std::size_t limit) const {
  const auto state = present_();
  std::vector<audit_record> found;
  std::int64_t id = 0;
  for (const audit_act& act : state->acts) {
    if (++id > after && found.size() < limit) found.push_back({id, act, {}});
  }
  return found;
}

}  // namespace multipass::testing
