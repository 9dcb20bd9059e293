// The writes of a memory_writer from authorize to the end of a token.
#include <algorithm>
#include <utility>

#include "support/memory_writer.hpp"

namespace multipass::testing {
namespace {

error taken() {
  return fail(errc::conflict, "Something with this key exists already");
}

// Erases what `matters_no_more` says, at most as many as `allowed` has left.
template <class map, class predicate>
void erase_some(map& entries, std::size_t& allowed, predicate matters_no_more) {
  for (auto at = entries.begin(); at != entries.end() && allowed > 0;) {
    if (matters_no_more(at->second)) {
      at = entries.erase(at);
      --allowed;
    } else {
      ++at;
    }
  }
}

}  // namespace

result<std::int64_t> memory_writer::add_authorization(const authorization& a, timestamp now) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto asking = working_->tpps.find(a.tpp);
  if (asking == working_->tpps.end()) return fail(errc::not_found, "There is no such TPP");
  if (asking->second.blocked) return fail(errc::forbidden, "The TPP is blocked");
  authorization kept = a;
  kept.tpp_username = asking->second.username;
  kept.tpp_name = asking->second.name;
  kept.client_number = working_->last_client_numbers[a.tpp] + 1;
  kept.decided = authorization::state::pending;
  if (!working_->authorizations.emplace(a.handle, kept).second) return taken();
  working_->acts.push_back(authorization_started(kept.tpp_username, kept.client_number, a, now));
  return working_->last_client_numbers[a.tpp] = kept.client_number;
}

result<request_record> memory_writer::decidable(const digest& handle, timestamp now) const {
  if (auto open = require_transaction(); !open) return open.error();
  const auto found = working_->authorizations.find(handle);
  if (found == working_->authorizations.end()) return fail(errc::not_found, "Entity not found");
  const authorization& a = found->second;
  const bool blocked = working_->tpps.at(a.tpp).blocked;
  const request_record asked{
      a.tpp,        a.tpp_username, a.client_number, a.scopes,       a.code_challenge,
      a.expires_at, a.decided,      blocked,         a.redirect_uri, a.standard};
  if (auto open = check_decidable(asked, now); !open) return open.error();
  return asked;
}

result<consent_id> memory_writer::approve(const approval& a) {
  const auto asked = decidable(a.handle, a.now);
  if (!asked) return asked.error();
  if (auto fits = check_choice(a, asked->scopes); !fits) return fits.error();
  const auto owner = working_->psus.find(a.owner);
  if (owner == working_->psus.end()) return fail(errc::not_found, "Entity not found");
  const consent_id id{static_cast<std::int64_t>(working_->consents.size()) + 1};
  const memory_state::kept_code code{id,    asked->code_challenge, a.code_expires_at,
                                     false, asked->redirect_uri,   asked->standard};
  if (!working_->codes.emplace(a.code, code).second) return taken();
  working_->consents.emplace(id, consent{.id = id,
                                         .tpp = asked->tpp,
                                         .tpp_username = working_->tpps.at(asked->tpp).username,
                                         .client_number = asked->client_number,
                                         .owner = a.owner,
                                         .psu_username = owner->second.username,
                                         .scopes = a.scopes,
                                         .accounts = a.accounts,
                                         .granted_at = a.now,
                                         .expires_at = a.consent_expires_at,
                                         .ended_at = std::nullopt,
                                         .reason = end_reason::none,
                                         .tpp_name = working_->tpps.at(asked->tpp).name});
  working_->authorizations.at(a.handle).decided = authorization::state::approved;
  append_event(id, event_type::consent_granted, a.now);
  working_->acts.push_back(consent_granted(name_of(id), a));
  return id;
}

result<void> memory_writer::deny(const digest& handle, const origin& by) {
  const auto asked = decidable(handle, by.now);
  if (!asked) return asked.error();
  working_->authorizations.at(handle).decided = authorization::state::denied;
  working_->acts.push_back(consent_denied(asked->tpp_username, asked->client_number, by));
  return {};
}

result<redeemed> memory_writer::redeem(const redemption& r) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto found = working_->codes.find(r.code);
  if (found == working_->codes.end()) return redeemed{};
  const code_record code = working_->record_of(found->second);
  redeemed done{judge(r, code), {}};
  done.client_number = code.client_number;
  if (done.what == redeemed::outcome::replayed) {
    const origin by{tpp_actor(r.tpp_username), r.now};
    auto ended = end_consent(code.consent, end_reason::code_replayed, by);
    if (!ended) return ended.error();
  } else if (done.what == redeemed::outcome::issued) {
    done.granted = grant_of(r, code);
    done.bound = !code.organization.empty();
    memory_state::kept_token token{code.consent, done.granted.expires_at};
    if (done.bound) token.certificate = r.certificate;
    done.refreshable = r.refresh && needs_refresh(done.granted, code);
    if (done.refreshable && working_->families.contains(r.refresh->family)) return taken();
    if (!working_->tokens.emplace(r.token, token).second) return taken();
    if (done.refreshable) {
      working_->families.emplace(
          r.refresh->family,
          memory_state::kept_family{code.consent, r.refresh->token, done.granted.expires_at});
    }
    found->second.used = true;
    working_->acts.push_back(token_issued(name_of(code.consent), done.granted.scopes, r.now));
  }
  return done;
}

result<rotated> memory_writer::rotate(const rotation& r) {
  if (auto open = require_transaction(); !open) return open.error();
  auto done = preview_rotation(r);
  if (!done) return done;
  if (done->what == rotated::outcome::replayed) {
    const origin by{tpp_actor(r.tpp_username), r.now};
    auto ended = end_consent(done->granted.consent, end_reason::refresh_replayed, by);
    if (!ended) return ended.error();
  } else if (done->what == rotated::outcome::issued) {
    memory_state::kept_token token{done->granted.consent, done->granted.expires_at};
    if (done->bound) token.certificate = r.certificate;
    if (!working_->tokens.emplace(r.token, token).second) return taken();
    auto& family = working_->families.at(r.presented.family);
    family.replaced = std::exchange(family.newest, r.successor);
    family.replaced_at = r.now;
    family.sealed = r.sealed;
    family.token_expires_at = done->granted.expires_at;
    working_->acts.push_back(token_refreshed(name_of(done->granted.consent), r.now));
  }
  return done;
}

result<flag> memory_writer::end_consent(consent_id consent, end_reason reason, const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  if (reason == end_reason::none) {
    return fail(errc::invalid_input, "A consent does not end without a reason");
  }
  const auto found = working_->consents.find(consent);
  if (found == working_->consents.end() || found->second.ended_at) return false;
  if (by.now >= found->second.expires_at) return false;
  found->second.ended_at = by.now;
  found->second.reason = reason;
  std::erase_if(working_->unattended_reads,
                [&](const auto& entry) { return std::get<consent_id>(entry.first) == consent; });
  changes_.consents.push_back(consent);
  append_event(consent, event_type::consent_revoked, by.now);
  const bool had_token = std::ranges::any_of(working_->codes, [&](const auto& entry) {
    return entry.second.consent == consent && entry.second.used;
  });
  if (had_token) append_event(consent, event_type::token_revoked, by.now);
  working_->acts.push_back(consent_ended(name_of(consent), reason, by));
  return true;
}

result<flag> memory_writer::revoke_token(const digest& token, timestamp now) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto found = working_->tokens.find(token);
  if (found == working_->tokens.end() || now >= found->second.expires_at) return false;
  const auto consent = found->second.consent;
  return end_consent(consent, end_reason::revoked_by_tpp,
                     {tpp_actor(name_of(consent).tpp_username), now});
}

named_consent memory_writer::name_of(consent_id consent) const {
  const auto& given = working_->consents.at(consent);
  return {consent, given.tpp_username, given.client_number, given.psu_username};
}

bool memory_writer::matters_no_more(consent_id consent, timestamp now) const {
  const auto& given = working_->consents.at(consent);
  return given.ended_at || now >= given.expires_at;
}

result<std::optional<timestamp>> memory_writer::count_unattended_read(const unattended_read& r) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto given = working_->consents.find(r.consent);
  if (given == working_->consents.end() || matters_no_more(r.consent, r.now)) {
    return fail(errc::not_found, "The consent has ended");
  }
  auto& counted = working_->unattended_reads[{r.consent, r.endpoint, r.account}];
  while (!counted.empty() && *counted.rbegin() > r.now + unattended_window) {
    counted.erase(std::prev(counted.end()));
    counted.insert(r.now);
  }
  if (counted.size() >= r.most) {
    const auto nth_latest = *std::next(counted.rbegin(), static_cast<std::ptrdiff_t>(r.most) - 1);
    if (const auto pause = unattended_pause(nth_latest, r.now)) return pause;
  }
  counted.insert(r.now);
  return std::nullopt;
}

result<void> memory_writer::note_uses(std::span<const consent_use> uses) {
  if (auto open = require_transaction(); !open) return open;
  for (const consent_use& use : uses) {
    const auto found = working_->consents.find(use.consent);
    if (found == working_->consents.end()) continue;
    auto& last = found->second.last_used_at;
    if (!last || *last < use.at) last = use.at;
  }
  return {};
}

result<std::size_t> memory_writer::purge(timestamp now, std::size_t limit) {
  if (auto open = require_transaction(); !open) return open.error();
  std::size_t left = limit;
  erase_some(working_->authorizations, left,
             [&](const authorization& a) { return now >= a.expires_at + std::chrono::hours{24}; });
  erase_some(working_->tokens, left, [&](const memory_state::kept_token& t) {
    return now >= t.expires_at || matters_no_more(t.consent, now);
  });
  erase_some(working_->families, left,
             [&](const memory_state::kept_family& f) { return matters_no_more(f.consent, now); });
  for (auto& [digest, family] : working_->families) {
    if (left == 0 || family.sealed.empty()) continue;
    if (now < family.replaced_at + longest_refresh_grace) continue;
    family.sealed.clear();
    --left;
  }
  erase_some(working_->codes, left, [&](const memory_state::kept_code& c) {
    if (!matters_no_more(c.consent, now)) return false;
    const auto& given = working_->consents.at(c.consent);
    if (!given.ended_at) {
      append_event(given.id, event_type::consent_expired, now);
      working_->acts.push_back(consent_expired(name_of(given.id), given.expires_at, now));
    }
    return true;
  });
  for (auto& [key, times] : working_->unattended_reads) {
    while (left > 0 && !times.empty() && now >= *times.begin() + unattended_window) {
      times.erase(times.begin());
      --left;
    }
  }
  erase_some(working_->enrolments, left, [&](const enrolment& e) { return now >= e.expires_at; });
  return limit - left;
}

}  // namespace multipass::testing
