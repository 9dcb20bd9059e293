#include "consent/consent_entry.hpp"

#include <algorithm>
#include <cstdint>

#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/pages.hpp"

namespace multipass {
namespace {

std::string scopes_of_entry(const site& s, const consent_entry& e) {
  std::string names;
  for (const scope_text& text : scopes_of(s.text)) {
    if (!e.given.scopes.contains(text.value)) continue;
    names += "<li>" + escape(text.name) + "</li>\n";
  }
  return "<ul>\n" + names + "</ul>";
}

// An account that was closed, or whose name cannot be had just now, is named by its number: what is
// shared must be seen in any case.
std::string accounts_of_entry(const site& s, const consent_entry& e) {
  std::string names;
  for (const account_id id : e.given.accounts) {
    const auto known = std::ranges::find(e.accounts, id, &account::id);
    const std::string number = std::to_string(static_cast<std::int64_t>(id));
    names += "<li>";
    if (known == e.accounts.end()) {
      names += fill(s.text.consent_account, {number});
    } else {
      names += escape_name(known->name) + " <span class=\"meaning\"><span class=\"iban\">" +
               grouped_iban(known->iban) + "</span> " + escape(known->currency) + "</span>";
    }
    names += "</li>\n";
  }
  return "<ul>\n" + names + "</ul>";
}

std::string why_it_ended(const site& s, const consent& c) {
  if (!c.ended_at) return escape(s.text.ended_expired);
  if (c.reason == end_reason::withdrawn) return escape(s.text.ended_withdrawn);
  if (c.reason == end_reason::revoked_by_tpp) {
    return fill(s.text.ended_by_tpp, {escape_name(c.tpp_name)});
  }
  return escape(s.text.ended_for_safety);
}

}  // namespace

std::string facts_of(const site& s, const consent_entry& e) {
  const texts& t = s.text;
  const auto& unused = e.live ? t.consent_not_used : t.consent_never_used;
  std::string html = "<dl class=\"facts\">\n";
  html += fact(e.live ? t.consent_sees : t.consent_saw, scopes_of_entry(s, e));
  html += fact(t.consent_accounts, accounts_of_entry(s, e));
  html += fact(t.consent_since, date_of(t, e.given.granted_at));
  html += fact(e.live ? t.consent_until : t.consent_ended_on, date_of(t, e.end));
  if (!e.live) html += fact(t.consent_ended_why, why_it_ended(s, e.given));
  html += fact(t.consent_last_used,
               e.given.last_used_at ? date_of(t, *e.given.last_used_at) : escape(unused));
  return html + "</dl>\n";
}

}  // namespace multipass
