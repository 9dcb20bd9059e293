#include "auth/consent_decisions.hpp"

#include <algorithm>

#include "crypto/random.hpp"
#include "domain/names.hpp"
#include "store/single_write.hpp"

namespace multipass {
namespace {

constexpr std::size_t code_length = 32;

std::string client_of(const authorization& a) {
  return make_client_id(a.tpp_username, a.client_number);
}

filed_request::state state_of(const authorization& a, timestamp now) {
  if (a.decided != authorization::state::pending) return filed_request::state::decided;
  return now >= a.expires_at ? filed_request::state::expired : filed_request::state::open;
}

// An authorization with its TPP blocked or not; nullopt for an unknown handle.
result<std::optional<filed_request>> read_request(store_reader& s, const digest& handle) {
  auto asked = s.find_authorization(handle);
  if (!asked) return asked.error();
  if (!*asked) return std::nullopt;
  const auto by = s.find_tpp((*asked)->tpp_username);
  if (!by) return by.error();
  filed_request filed;
  filed.asked = std::move(**asked);
  filed.tpp_blocked = !*by || (*by)->blocked;
  return filed;
}

// What the PSU may grant of what was chosen; `owned` ascends as the PSU sees it.
result<std::vector<account_id>> check_accounts(std::optional<std::vector<account_id>> chosen,
                                               const std::vector<account>& owned) {
  std::vector<account_id> all;
  for (const auto& a : owned) all.push_back(a.id);
  std::sort(all.begin(), all.end());
  if (!chosen) chosen = all;
  std::sort(chosen->begin(), chosen->end());
  chosen->erase(std::unique(chosen->begin(), chosen->end()), chosen->end());
  if (chosen->empty()) return fail(errc::invalid_input, "accounts: at least one account is needed");
  if (!std::includes(all.begin(), all.end(), chosen->begin(), chosen->end())) {
    return fail(errc::invalid_input, "accounts: not every account belongs to this PSU");
  }
  return std::move(*chosen);
}

}  // namespace

consent_decisions::consent_decisions(store_pool& pool, account_source* own_accounts,
                                     const clock& wall, const config& settings, const logger& log)
    : pool_(pool), own_accounts_(own_accounts), clock_(wall), settings_(settings), log_(log) {}

task<result<filed_request>> consent_decisions::look_up(std::string_view handle) {
  auto read = [key = sha256(handle)](store_reader& s) { return read_request(s, key); };
  auto found = co_await pool_.read(read);
  if (!found) co_return found.error();
  if (!*found) co_return fail(errc::not_found, "Entity not found");
  filed_request filed = std::move(**found);
  filed.now = state_of(filed.asked, clock_.now());
  if (filed.now == filed_request::state::expired && !filed.tpp_blocked) {
    filed.way_back = refusal_uri(filed.asked, "The request has expired");
  }
  co_return filed;
}

task<result<authorization>> consent_decisions::find(std::string_view handle) {
  auto filed = co_await look_up(handle);
  if (!filed) co_return filed.error();
  if (filed->now == filed_request::state::decided) {
    co_return fail(errc::conflict, "This request has been decided already");
  }
  if (filed->now == filed_request::state::expired) {
    co_return fail(errc::conflict, "This request has expired");
  }
  co_return std::move(filed->asked);
}

task<result<std::vector<account>>> consent_decisions::accounts_of(std::string_view psu_username) {
  auto read = [own = own_accounts_, psu = std::string(psu_username)](store_reader& s) {
    account_source& source = own != nullptr ? *own : s;
    return source.accounts_of(psu);
  };
  co_return co_await pool_.read(read);
}

task<result<std::string>> consent_decisions::approve(
    std::string_view handle, std::string_view psu_username, std::string_view actor,
    std::optional<std::vector<account_id>> accounts, std::optional<scope_set> scopes) {
  auto asked = co_await find(handle);
  if (!asked) co_return asked.error();
  if (!scopes) scopes = asked->scopes;
  if (scopes->empty()) co_return fail(errc::invalid_input, "scopes: at least one scope is needed");
  if (!asked->scopes.contains(*scopes)) {
    co_return fail(errc::invalid_input, "scopes: no more can be granted than was asked");
  }
  auto find_psu = [name = std::string(psu_username)](store_reader& s) { return s.find_psu(name); };
  const auto person = co_await pool_.read(find_psu);
  if (!person) co_return person.error();
  if (!*person) co_return fail(errc::not_found, "psu: there is no such PSU");
  const auto owned = co_await accounts_of(psu_username);
  if (!owned) co_return owned.error();
  auto chosen = check_accounts(std::move(accounts), *owned);
  if (!chosen) co_return chosen.error();

  const auto code = random_text(code_length);
  approval yes;
  yes.handle = asked->handle;
  yes.owner = (*person)->id;
  yes.scopes = *scopes;
  yes.accounts = std::move(*chosen);
  yes.code = sha256(code);
  yes.now = clock_.now();
  yes.code_expires_at = yes.now + settings_.code_ttl;
  yes.consent_expires_at = yes.now + settings_.consent_ttl;
  yes.actor = actor;
  const auto write = single_write(&store_writer::approve, yes);
  const auto consent = co_await pool_.write(write);
  if (!consent) co_return consent.error();
  const auto client = client_of(*asked);
  log_.write(log_level::info, "consent_granted",
             {{"client", client}, {"psu", psu_username}, {"scopes", to_string(*scopes)}});
  // Of the documented answer and of RFC 6749's, section 4.1.2, one; what is empty is left out.
  const bool standard = asked->standard;
  co_return with_query(asked->redirect_uri, {{standard ? "code" : "accessCode", code},
                                             {"clientId", standard ? "" : client},
                                             {"state", asked->client_state},
                                             {"iss", settings_.public_url}});
}

task<result<std::string>> consent_decisions::deny(std::string_view handle, std::string_view actor) {
  auto asked = co_await find(handle);
  if (!asked) co_return asked.error();
  const origin by{std::string(actor), clock_.now()};
  const auto write = single_write(&store_writer::deny, asked->handle, by);
  if (const auto denied = co_await pool_.write(write); !denied) co_return denied.error();
  log_.write(log_level::info, "consent_denied", {{"client", client_of(*asked)}});
  co_return refusal_uri(*asked, "The account holder refused");
}

std::string consent_decisions::refusal_uri(const authorization& asked, std::string_view why) const {
  return with_query(asked.redirect_uri, {{"error", "access_denied"},
                                         {"error_description", why},
                                         {"clientId", asked.standard ? "" : client_of(asked)},
                                         {"state", asked.client_state},
                                         {"iss", settings_.public_url}});
}

timestamp consent_decisions::consent_end() const {
  return clock_.now() + settings_.consent_ttl;
}

}  // namespace multipass
