#include "cache/token_cache.hpp"

#include <bit>
#include <memory>

#include "base/huge_pages.hpp"

namespace multipass {
namespace {

// Whether a slot has room for it: 60, 24 and 40 bits, of positive numbers.
bool fits(const grant& g) noexcept {
  const auto consent = static_cast<std::int64_t>(g.consent);
  const auto tpp = static_cast<std::int64_t>(g.tpp);
  const std::int64_t expires_at = g.expires_at.time_since_epoch().count();
  return consent > 0 && consent < (std::int64_t{1} << 60) && tpp > 0 && tpp < (1 << 24) &&
         expires_at >= 0 && expires_at < (std::int64_t{1} << 40);
}

// Release pairs with the acquire loads in find() (invariant 2): it keeps each word behind the odd
// version, and the even version behind all words.
void write(std::atomic<std::uint64_t>& w, std::uint64_t value) noexcept {
  w.store(value, std::memory_order_release);
}

// Makes the version odd. Relaxed is enough: the words that follow are release stores and stay
// behind it, and choose() has loaded this very version with acquire, so the writer before us is
// behind us.
bool own(std::atomic<std::uint64_t>& version, std::uint64_t seen) noexcept {
  return version.compare_exchange_strong(seen, seen + 1, std::memory_order_relaxed,
                                         std::memory_order_relaxed);
}

}  // namespace

void token_cache::free_slots::operator()(slot* slots) const noexcept {
  free_huge(slots, bytes);  // slots are trivially destructible
}

std::unique_ptr<token_cache::slot[], token_cache::free_slots> token_cache::make_slots(
    std::size_t count) {
  const std::size_t bytes = count * sizeof(slot);
  auto* const memory = static_cast<slot*>(allocate_huge(bytes));
  std::uninitialized_value_construct_n(memory, count);
  return {memory, free_slots{bytes}};
}

token_cache::token_cache(std::size_t entries, const change_clock& changes)
    : changes_(changes),
      set_mask_(std::bit_ceil(entries < ways ? ways : entries) / ways - 1),
      slots_(make_slots(capacity())) {}

token_cache::choice token_cache::choose(const key& k) const noexcept {
  slot* const set = set_of(k);
  const std::size_t first = first_way(k);
  choice reusable{nullptr, 0, false};
  for (std::size_t i = 0; i < ways; ++i) {
    slot& s = set[first ^ i];
    const std::uint64_t version = read(s.version);
    if (is_writing(version)) continue;
    if (holds(s, k)) return {&s, version, false};
    // A torn read here at worst picks a slot that own() then refuses, as its version has moved on.
    const bool unused = version == 0 || !is_good(contents_of(s));
    if (unused && reusable.place == nullptr) reusable = {&s, version, false};
    if (version == 0) break;  // invariant 6
  }
  if (reusable.place != nullptr) return reusable;
  // All are good: the newcomer's digest is as good a die as any.
  slot& victim = set[(k[2] ^ k[1]) % ways];
  return {&victim, read(victim.version), true};
}

void token_cache::insert(const digest& token, const grant& g,
                         change_clock::stamp before_read) noexcept {
  if (!fits(g) || !changes_.unchanged_since(before_read, g.consent, g.tpp)) return;
  const key k = words_of(token);
  const auto [place, version, evicts] = choose(k);
  if (is_writing(version) || !own(place->version, version)) return;

  for (std::size_t i = 0; i < k.size(); ++i) write(place->token[i], k[i]);
  write(place->consent_and_scopes, static_cast<std::uint64_t>(g.consent) << 3 | g.scopes.bits());
  write(place->expires_at_and_tpp,
        static_cast<std::uint64_t>(g.expires_at.time_since_epoch().count()) << 24 |
            static_cast<std::uint64_t>(g.tpp));
  write(place->stamp, before_read);
  write(place->version, version + 2);  // publishes

  // Relaxed: for display only, orders nothing.
  if (evicts) evictions_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace multipass
