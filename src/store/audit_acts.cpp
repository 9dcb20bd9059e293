#include "store/audit_acts.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "domain/names.hpp"

namespace multipass {
namespace {

using details = std::initializer_list<std::pair<std::string_view, std::string>>;

audit_act act(const origin& by, std::string_view action, std::string subject, details all = {}) {
  audit_act made{by.now, by.actor, std::string(action), std::move(subject), {}};
  for (const auto& [name, value] : all) {
    if (!made.details.empty()) made.details += ' ';
    made.details.append(name).append(1, '=').append(value);
  }
  return made;
}

std::string tpp_subject(std::string_view username) {
  return "tpp:" + std::string(username);
}

std::string psu_subject(std::string_view username) {
  return "psu:" + std::string(username);
}

std::string client_subject(std::string_view tpp, std::int64_t number) {
  return "client:" + make_client_id(tpp, number);
}

std::string subject_of(const named_consent& c) {
  return "consent:" + std::to_string(static_cast<std::int64_t>(c.id));
}

std::string client_of(const named_consent& c) {
  return make_client_id(c.tpp_username, c.client_number);
}

// Without the spaces that separate details.
std::string joined(scope_set scopes) {
  std::string text = to_string(scopes);
  std::replace(text.begin(), text.end(), ' ', ',');
  return text;
}

std::string yes_or_no(bool value) {
  return value ? "yes" : "no";
}

std::string_view action_of(end_reason reason) {
  switch (reason) {
    case end_reason::revoked_by_tpp:
      return "token_revoked";
    case end_reason::code_replayed:
      return "code_replayed";
    case end_reason::refresh_replayed:
      return "refresh_replayed";
    case end_reason::withdrawn:
    case end_reason::none:
      break;
  }
  return "consent_withdrawn";
}

}  // namespace

std::string tpp_actor(std::string_view username) {
  return tpp_subject(username);
}

std::string psu_actor(std::string_view username) {
  return psu_subject(username);
}

audit_act audit_begun(timestamp now) {
  return act({std::string(gateway_actor), now}, "audit_begun", "audit");
}

audit_act tpp_added(const tpp& t, const origin& by) {
  auto made = act(by, "tpp_added", tpp_subject(t.username),
                  {{"scopes", joined(t.scopes)},
                   {"redirect_uris", std::to_string(t.redirect_uris.size())},
                   {"requires_pkce", yes_or_no(t.requires_pkce)},
                   {"requires_secret", yes_or_no(t.requires_secret)}});
  if (!t.organization.empty()) made.details += " organization=" + t.organization;
  return made;
}

audit_act tpp_blocked(std::string_view username, bool blocked, const origin& by) {
  return act(by, blocked ? "tpp_blocked" : "tpp_unblocked", tpp_subject(username));
}

audit_act tpp_secret_changed(std::string_view username, const origin& by) {
  return act(by, "tpp_secret_changed", tpp_subject(username));
}

audit_act tpp_organization_changed(std::string_view username, std::string_view organization,
                                   const origin& by) {
  return act(by, "tpp_organization_changed", tpp_subject(username),
             {{"organization", std::string(organization)}});
}

audit_act psu_added(std::string_view username, const origin& by) {
  return act(by, "psu_added", psu_subject(username));
}

audit_act enrolment_started(std::string_view username, timestamp expires_at, const origin& by) {
  return act(by, "enrolment_started", psu_subject(username),
             {{"expires_at", std::to_string(expires_at.time_since_epoch().count())}});
}

audit_act psu_enrolled(std::string_view username, const origin& by) {
  return act(by, "psu_enrolled", psu_subject(username));
}

audit_act accounts_imported(std::size_t accounts, const origin& by) {
  return act(by, "accounts_imported", "accounts", {{"count", std::to_string(accounts)}});
}

audit_act authorization_started(std::string_view tpp, std::int64_t client_number,
                                const authorization& asked, timestamp now) {
  const std::string who = asked.tpp_username.empty() ? "unknown" : tpp_actor(asked.tpp_username);
  return act({who, now}, "authorization_started", client_subject(tpp, client_number),
             {{"scopes", joined(asked.scopes)}});
}

audit_act consent_denied(std::string_view tpp, std::int64_t client_number, const origin& by) {
  return act(by, "consent_denied", client_subject(tpp, client_number));
}

audit_act consent_granted(const named_consent& c, const approval& a) {
  return act({a.actor, a.now}, "consent_granted", subject_of(c),
             {{"client", client_of(c)},
              {"psu", c.psu_username},
              {"scopes", joined(a.scopes)},
              {"accounts", std::to_string(a.accounts.size())}});
}

audit_act token_issued(const named_consent& c, scope_set scopes, timestamp now) {
  return act({tpp_actor(c.tpp_username), now}, "token_issued", subject_of(c),
             {{"client", client_of(c)}, {"scopes", joined(scopes)}});
}

audit_act token_refreshed(const named_consent& c, timestamp now) {
  return act({tpp_actor(c.tpp_username), now}, "token_refreshed", subject_of(c),
             {{"client", client_of(c)}});
}

audit_act consent_ended(const named_consent& c, end_reason reason, const origin& by) {
  return act(by, action_of(reason), subject_of(c),
             {{"client", client_of(c)}, {"psu", c.psu_username}});
}

audit_act consent_expired(const named_consent& c, timestamp expired_at, timestamp now) {
  return act({std::string(gateway_actor), now}, "consent_expired", subject_of(c),
             {{"client", client_of(c)},
              {"psu", c.psu_username},
              {"expired_at", std::to_string(expired_at.time_since_epoch().count())}});
}

audit_act webhook_set(std::string_view username, std::string_view secret, const origin& by) {
  return act(by, "webhook_set", tpp_subject(username), {{"secret", std::string(secret)}});
}

audit_act webhook_removed(std::string_view username, const origin& by) {
  return act(by, "webhook_removed", tpp_subject(username));
}

audit_act event_replayed(std::string_view username, std::size_t events, const origin& by) {
  return act(by, "event_replayed", tpp_subject(username), {{"events", std::to_string(events)}});
}

audit_act login_decided(bool passed, std::string_view psu, std::string_view client, timestamp now) {
  const std::string who = psu.empty() ? "unknown" : psu_subject(psu);
  return act({passed ? who : "unknown", now}, passed ? "login_passed" : "login_failed", who,
             {{"client", std::string(client)}});
}

}  // namespace multipass
