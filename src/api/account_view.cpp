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

account_view::kept_answer::kept_answer(const key& k, std::string_view json, const origin& o)
    : asked(k), from(o) {
  if (json.size() > short_json.size()) {
    long_json = json;
  } else {
    size = static_cast<std::uint32_t>(json.copy(short_json.data(), json.size()));
  }
}

// Room for half as many again in the index, so that it is not made anew while answers come and go.
account_view::account_view(std::size_t answers, const change_clock& changes)
    : most_(answers), changes_(changes) {
  answers_.reserve(answers);
  index_.reserve(answers + answers / 2);
}

bool account_view::is_good(const kept_answer& a, time_point now) const {
  return now < a.from.good_until &&
         changes_.accounts_unchanged_since(a.from.before_read, a.from.accounts_stripe);
}

std::optional<account_view::hit> account_view::find(consent_id consent, const account_question& q,
                                                    time_point now) {
  const auto at = index_.find(key{consent, q});
  if (at == index_.end()) return std::nullopt;
  auto& kept = **at;
  if (!is_good(kept, now)) return std::nullopt;
  kept.asked_again = true;
  return hit(kept);
}

void account_view::keep(consent_id consent, const account_question& q, std::string_view json,
                        const origin& from) {
  const key asked{consent, q};
  if (const auto at = index_.find(asked); at != index_.end()) {
    **at = kept_answer(asked, json, from);
  } else if (answers_.size() < most_) {
    answers_.emplace_back(asked, json, from);
    index_.insert(&answers_.back());
  } else {
    auto& place = free_place();
    place = kept_answer(asked, json, from);
    index_.insert(&place);
  }
}

// A place whose answer has just gone.
account_view::kept_answer& account_view::free_place() {
  while (true) {
    auto& place = answers_[hand_];
    hand_ = (hand_ + 1) % answers_.size();
    if (!std::exchange(place.asked_again, false)) {
      index_.erase(&place);
      return place;
    }
  }
}

}  // namespace multipass
