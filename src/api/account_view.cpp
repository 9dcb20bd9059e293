#include "api/account_view.hpp"

#include <utility>

namespace multipass {

// Consents and accounts are numbers of the bank's own, not an attacker's: multiplying by an odd
// constant (2^64 divided by the golden ratio) spreads them well enough.
std::size_t account_view::key_hash::operator()(const key& k) const noexcept {
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  auto h = static_cast<std::uint64_t>(k.consent) * golden;
  h ^= static_cast<std::uint64_t>(k.question.account) * 8;
  h ^= static_cast<std::uint64_t>(k.question.kind);
  return static_cast<std::size_t>((h ^ (h >> 32U)) * golden);
}

// Half as much room again, so that the table is not made anew while answers come and go.
account_view::account_view(std::size_t answers, const change_clock& changes)
    : most_(answers), changes_(changes) {
  answers_.reserve(answers + answers / 2);
}

bool account_view::is_good(const kept_answer& a, time_point now) const {
  return now < a.from.good_until &&
         changes_.accounts_unchanged_since(a.from.before_read, a.from.accounts_stripe);
}

std::optional<std::string_view> account_view::find(consent_id consent, const account_question& q,
                                                   time_point now) {
  const auto at = answers_.find({consent, q});
  if (at == answers_.end() || !is_good(at->second, now)) return std::nullopt;
  at->second.asked_again = true;
  return at->second.json;
}

void account_view::keep(consent_id consent, const account_question& q, std::string json,
                        const origin& from) {
  const key asked{consent, q};
  kept_answer kept{std::move(json), from};
  if (const auto at = answers_.find(asked); at != answers_.end()) {
    at->second = std::move(kept);
    return;
  }
  if (round_.size() < most_) {
    round_.push_back(asked);
  } else {
    round_[free_place()] = asked;
  }
  answers_.emplace(asked, std::move(kept));
}

// Where in round_ an answer has just gone.
std::size_t account_view::free_place() {
  while (true) {
    const auto place = hand_;
    hand_ = (hand_ + 1) % round_.size();
    const auto at = answers_.find(round_[place]);
    if (!std::exchange(at->second.asked_again, false)) {
      answers_.erase(at);
      return place;
    }
  }
}

}  // namespace multipass
