#include "api/account_view.hpp"

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

account_view::account_view(std::size_t answers, const change_clock& changes)
    : most_(answers), changes_(changes) {}

bool account_view::is_good(const kept_answer& a, time_point now) const {
  return now < a.from.good_until &&
         changes_.accounts_unchanged_since(a.from.before_read, a.from.accounts_stripe);
}

std::optional<std::string_view> account_view::find(consent_id consent, const account_question& q,
                                                   time_point now) {
  const auto at = index_.find({consent, q});
  if (at == index_.end() || !is_good(*at->second, now)) return std::nullopt;
  answers_.splice(answers_.begin(), answers_, at->second);
  return at->second->json;
}

void account_view::keep(consent_id consent, const account_question& q, std::string json,
                        const origin& from) {
  const key asked{consent, q};
  if (const auto at = index_.find(asked); at != index_.end()) {
    answers_.splice(answers_.begin(), answers_, at->second);
    answers_.front() = {asked, std::move(json), from};
    return;
  }
  if (answers_.size() >= most_) {
    index_.erase(answers_.back().asked);
    answers_.pop_back();
  }
  answers_.push_front({asked, std::move(json), from});
  index_.emplace(asked, answers_.begin());
}

}  // namespace multipass
