// Events and webhooks of a memory_store.
#include <algorithm>

#include "support/memory_writer.hpp"

namespace multipass::testing {
namespace {

error unknown_tpp() {
  return fail(errc::not_found, "There is no TPP of this name");
}

bool is_pending(const event& e) {
  return e.state == event_state::pending;
}

}  // namespace

void memory_state::make_due(tpp_id tpp, timestamp now) {
  std::map<consent_id, event*> first;
  for (auto& [key, e] : events) {
    if (!is_pending(e) || e.tpp != tpp) continue;
    auto& kept = first[e.consent];
    if (kept == nullptr || (e.due_at < waits_for_earlier && kept->due_at == waits_for_earlier)) {
      kept = &e;
    }
  }
  for (auto& [consent, e] : first) {
    if (e->due_at == waits_for_earlier) e->due_at = now;
  }
}

result<std::vector<event>> memory_reads::list_events(const event_filter& filter) const {
  const auto state = present_();
  std::vector<event> found;
  for (const auto& [key, e] : state->events) {
    const bool wanted = filter.tpp_username.empty()
                            ? key > std::pair(filter.after_tpp, filter.after)
                            : e.tpp_username == filter.tpp_username && e.number > filter.after;
    if (!wanted || (filter.state && e.state != *filter.state)) continue;
    if (found.size() == filter.limit) break;
    found.push_back(e);
    found.back().reason = state->consents.at(e.consent).reason;
  }
  return found;
}

result<std::vector<webhook>> memory_reads::list_webhooks() const {
  const auto state = present_();
  std::vector<webhook> found;
  for (const auto& [tpp, w] : state->webhooks) found.push_back(w);
  return found;
}

result<std::vector<event_delivery>> memory_reads::next_deliveries(tpp_id tpp,
                                                                  std::size_t limit) const {
  const auto state = present_();
  const auto to = state->webhooks.find(tpp);
  std::vector<event_delivery> found;
  if (to == state->webhooks.end()) return found;
  for (const auto& [key, e] : state->events) {
    if (e.tpp == tpp && is_pending(e) && e.due_at < waits_for_earlier) {
      found.push_back({e, to->second});
      found.back().what.reason = state->consents.at(e.consent).reason;
    }
  }
  const auto earlier = [](const auto& a, const auto& b) { return a.what.due_at < b.what.due_at; };
  std::ranges::stable_sort(found, earlier);
  if (found.size() > limit) found.resize(limit);
  return found;
}

result<std::vector<pending_count>> memory_reads::count_pending() const {
  const auto state = present_();
  std::map<tpp_id, std::int64_t> counts;
  for (const auto& [key, e] : state->events) {
    if (is_pending(e)) ++counts[e.tpp];
  }
  std::vector<pending_count> found;
  for (const auto& [tpp, events] : counts) found.push_back({tpp, events});
  return found;
}

void memory_writer::append_event(consent_id consent, event_type type, timestamp now) {
  const auto& about = working_->consents.at(consent);
  const bool has_webhook = working_->webhooks.contains(about.tpp);
  const auto number = ++working_->last_event_numbers[about.tpp];
  const bool behind = std::ranges::any_of(working_->events, [&](const auto& entry) {
    return entry.second.consent == consent && is_pending(entry.second);
  });
  working_->events.emplace(std::pair(about.tpp, number),
                           event{.tpp = about.tpp,
                                 .tpp_username = about.tpp_username,
                                 .number = number,
                                 .type = type,
                                 .consent = consent,
                                 .client_number = about.client_number,
                                 .scopes = about.scopes,
                                 .at = now,
                                 .expires_at = about.expires_at,
                                 .reason = about.reason,
                                 .state = has_webhook ? event_state::pending : event_state::kept,
                                 .attempts = 0,
                                 .pending_since = now,
                                 .due_at = has_webhook && behind ? waits_for_earlier : now});
  if (has_webhook) changes_.events.push_back(about.tpp);
}

result<flag> memory_writer::set_webhook(const webhook_setting& w, const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto* const found = working_->tpp_named(w.tpp_username);
  if (found == nullptr) return unknown_tpp();
  const auto [entry, made] =
      working_->webhooks.emplace(found->id, webhook{found->id, w.url, w.secret, {}, {}});
  if (std::exchange(entry->second.url, w.url) != w.url) {
    for (auto& [key, e] : working_->events) {
      const bool waits = is_pending(e) && e.due_at > by.now && e.due_at < waits_for_earlier;
      if (e.tpp == found->id && waits) e.due_at = by.now;
    }
    changes_.events.push_back(found->id);
  }
  if (!made && w.rotates) {
    entry->second.former_secret = std::exchange(entry->second.secret, w.secret);
    entry->second.former_until = w.former_until;
  }
  const auto* const secret = made ? "made" : w.rotates ? "rotated" : "kept";
  working_->acts.push_back(webhook_set(w.tpp_username, secret, by));
  return made || w.rotates;
}

result<void> memory_writer::remove_webhook(std::string_view username, event_state left,
                                           const origin& by) {
  if (auto open = require_transaction(); !open) return open;
  const auto* const found = working_->tpp_named(username);
  if (found == nullptr) return unknown_tpp();
  if (working_->webhooks.erase(found->id) == 0) {
    return fail(errc::not_found, "The TPP has no webhook");
  }
  for (auto& [key, e] : working_->events) {
    if (e.tpp == found->id && is_pending(e)) e.state = left;
  }
  working_->acts.push_back(webhook_removed(username, by));
  return {};
}

result<void> memory_writer::settle_deliveries(std::span<const delivery_outcome> outcomes,
                                              timestamp now) {
  if (auto open = require_transaction(); !open) return open;
  for (const auto& o : outcomes) {
    const auto found = working_->events.find({o.tpp, o.number});
    if (found == working_->events.end() || !is_pending(found->second)) continue;
    event& e = found->second;
    e.state = o.state;
    e.due_at = o.due_at;
    e.last_error = o.error;
    e.pending_since = std::min(e.pending_since, now);
    ++e.attempts;
    if (o.state != event_state::pending) working_->make_due(o.tpp, now);
  }
  return {};
}

result<std::size_t> memory_writer::replay_events(std::string_view username,
                                                 std::optional<std::int64_t> number,
                                                 const origin& by) {
  if (auto open = require_transaction(); !open) return open.error();
  const auto* const found = working_->tpp_named(username);
  if (found == nullptr) return unknown_tpp();
  if (!working_->webhooks.contains(found->id)) {
    return fail(errc::conflict, "The TPP has no webhook");
  }
  std::size_t replayed = 0;
  for (auto& [key, e] : working_->events) {
    const bool wanted =
        number ? e.number == *number && !is_pending(e) : e.state == event_state::dead;
    if (e.tpp != found->id || !wanted) continue;
    e.state = event_state::pending;
    e.attempts = 0;
    e.pending_since = by.now;
    e.due_at = waits_for_earlier;
    ++replayed;
  }
  if (number && replayed == 0) return fail(errc::not_found, "There is no such event");
  working_->make_due(found->id, by.now);
  changes_.events.push_back(found->id);
  working_->acts.push_back(event_replayed(username, replayed, by));
  return replayed;
}

result<std::size_t> memory_writer::purge_events(timestamp until, std::size_t limit) {
  if (auto open = require_transaction(); !open) return open.error();
  std::size_t gone = 0;
  for (auto at = working_->events.begin(); at != working_->events.end() && gone < limit;) {
    const bool goes = at->second.at <= until && !is_pending(at->second);
    at = goes ? working_->events.erase(at) : std::next(at);
    gone += goes ? 1 : 0;
  }
  return gone;
}

}  // namespace multipass::testing
