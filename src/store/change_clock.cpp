#include "store/change_clock.hpp"

#include <functional>
#include <new>

namespace multipass {

change_clock::change_clock() : tables_(new (allocate_huge(huge_page)) tables) {}

void change_clock::advance(const change_set& changes) noexcept {
  if (changes.consents.empty() && changes.tpps.empty() && changes.accounts.empty()) return;
  const std::lock_guard lock(advancing_);
  // Relaxed: written under this lock only.
  const stamp next = clock_.load(std::memory_order_relaxed) + 1;
  for (const consent_id id : changes.consents) mark(tables_->consents[stripe_of(id)], next);
  for (const tpp_id id : changes.tpps) mark(tables_->tpps[stripe_of(id)], next);
  for (const auto& psu : changes.accounts) mark(tables_->accounts[accounts_stripe(psu)], next);
  move_clock_to(next);
}

void change_clock::advance_everything() noexcept {
  const std::lock_guard lock(advancing_);
  // Relaxed: written under this lock only.
  const stamp next = clock_.load(std::memory_order_relaxed) + 1;
  mark(everything_, next);
  move_clock_to(next);
}

std::size_t change_clock::accounts_stripe(std::string_view psu) const noexcept {
  return std::hash<std::string_view>{}(psu) % std::tuple_size_v<decltype(tables::accounts)>;
}

void change_clock::mark(moment& m, stamp time) noexcept {
  // Release pairs with the acquire load in changed_at().
  m.store(time, std::memory_order_release);
}

void change_clock::move_clock_to(stamp time) noexcept {
  // Release pairs with the acquire load in now() (invariants 2 and 6).
  clock_.store(time, std::memory_order_release);
}

}  // namespace multipass
