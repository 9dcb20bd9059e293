#include "api/account_view.hpp"

#include <algorithm>

namespace multipass {

account_view::account_view(std::size_t consents, const change_clock& changes)
    : most_(consents), changes_(changes) {}

std::optional<std::string_view> account_view::find(consent_id consent, const account_question& q,
                                                   time_point now) {
  const auto at = index_.find(consent);
  if (at == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, at->second);
  for (const auto& a : at->second->answers) {
    if (a.question != q) continue;
    const bool good =
        changes_.accounts_unchanged_since(a.from.before_read, a.from.accounts_stripe) &&
        now < a.from.good_until;
    if (!good) return std::nullopt;
    return a.json;
  }
  return std::nullopt;
}

void account_view::keep(consent_id consent, const account_question& q, std::string json,
                        const origin& from) {
  auto at = index_.find(consent);
  if (at == index_.end()) {
    if (entries_.size() >= most_) {
      index_.erase(entries_.back().consent);
      entries_.pop_back();
    }
    entries_.push_front({consent, {}});
    at = index_.emplace(consent, entries_.begin()).first;
  }
  auto& answers = at->second->answers;
  const auto same = [&](const kept_answer& a) { return a.question == q; };
  const auto old = std::find_if(answers.begin(), answers.end(), same);
  if (old != answers.end()) {
    *old = {q, std::move(json), from};
  } else {
    answers.push_back({q, std::move(json), from});
  }
}

}  // namespace multipass
