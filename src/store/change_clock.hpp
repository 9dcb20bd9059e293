// When did a consent, a TPP or a PSU's accounts last change? Everything that is kept in memory
// carries the time of this clock from *before* its store read, and is good only while nothing it
// depends on has changed since. That closes the stale fill by construction: whoever read before a
// revocation committed carries a stamp older than the revocation.
//
//   reader:  stamp = now()   ->  read the store   ->  keep {value, stamp}
//   writer:  COMMIT          ->  advance(changes) ->  acknowledge
//   hit:     good iff unchanged_since(stamp, ...)
//
// Changes are kept per stripe (id modulo a power of two), so two ids may share a stripe: a
// neighbour's change costs a re-read, never a stale answer. Ending a consent or a TPP is O(1).
//
// advance() makes one step: from time t it writes t+1 into the stripes of what changed, then moves
// the clock to t+1. Invariants:
//
//  1. The clock and every stripe only grow, and no stripe is ahead of the clock by more than the
//     one step that is under way (advance() is serialised by a lock).
//  2. Whoever reads t+1 from now() reads a state that has the changes of step t+1: COMMIT is
//     sequenced before the clock's release store, which synchronises with now()'s acquire load,
//     which is sequenced before the store read.
//  3. So a read that may have missed those changes has a stamp <= t (the converse of 2).
//  4. When advance() has returned, each stripe of what changed holds at least t+1. A hit that
//     begins after the acknowledgement reads at least that (the acknowledgement, however it
//     travels, orders the two; coherence forbids an older value), and t+1 > stamp: by 3, no fill
//     that may have read the old state is good. It does not matter when it was inserted, nor
//     whether it still will be.
//  5. A fill whose stamp is t+1 finds t+1 <= stamp in its stripes and is kept. Lost needlessly is
//     only what read the new state in the short time between COMMIT and the clock's move.
//  6. Stripes before clock: whoever has seen time t+1 finds every older fill of what changed bad,
//     even before advance() returns; nobody meets the new state first and an old entry later.
//
// Thread safety: advance() from any thread (rare, serialised by a lock); all others lock-free.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/huge_pages.hpp"
#include "multipass/store.hpp"

namespace multipass {

class change_clock {
 public:
  using stamp = std::uint64_t;

  change_clock();

  /// The present stamp. Take it before the store read whose outcome is to be kept.
  stamp now() const noexcept {
    // Acquire pairs with the release store in move_clock_to() (invariant 2).
    return clock_.load(std::memory_order_acquire);
  }

  /// Call after the changes are committed and before anybody is told that they are.
  void advance(const change_set& changes) noexcept;
  /// Something unknown changed (another process wrote): nothing kept so far is good any more.
  void advance_everything() noexcept;

  bool unchanged_since(stamp s, consent_id consent, tpp_id tpp) const noexcept {
    return changed_at(tables_->consents[stripe_of(consent)]) <= s &&
           changed_at(tables_->tpps[stripe_of(tpp)]) <= s && changed_at(everything_) <= s;
  }

  bool accounts_unchanged_since(stamp s, std::string_view psu) const noexcept {
    return accounts_unchanged_since(s, accounts_stripe(psu));
  }
  /// For a PSU's stripe looked up once and kept: accounts_stripe(psu) of the same user name.
  std::size_t accounts_stripe(std::string_view psu) const noexcept;
  bool accounts_unchanged_since(stamp s, std::size_t stripe) const noexcept {
    return changed_at(tables_->accounts[stripe]) <= s && changed_at(everything_) <= s;
  }

 private:
  using moment = std::atomic<stamp>;  // the time of the last change; 0: none yet

  // Consent ids are handed out in sequence, so the newest 65536 share no stripe. 672 KiB, and a
  // huge page of its own: every hit reads three stripes at random.
  struct tables {
    std::array<moment, 1 << 16> consents{};
    std::array<moment, 1 << 12> tpps{};
    std::array<moment, 1 << 14> accounts{};
  };
  struct free_tables {
    void operator()(tables* t) const noexcept {
      free_huge(t, huge_page);
    }  // trivially destructible
  };
  static_assert(sizeof(tables) <= huge_page);

  static std::size_t stripe_of(consent_id id) noexcept {
    return static_cast<std::size_t>(id) % std::tuple_size_v<decltype(tables::consents)>;
  }
  static std::size_t stripe_of(tpp_id id) noexcept {
    return static_cast<std::size_t>(id) % std::tuple_size_v<decltype(tables::tpps)>;
  }

  // Acquire pairs with the release store in mark(): who finds a change goes to the store next, and
  // has COMMIT behind it.
  static stamp changed_at(const moment& m) noexcept { return m.load(std::memory_order_acquire); }
  static void mark(moment& m, stamp time) noexcept;
  void move_clock_to(stamp time) noexcept;

  // Read by every hit, written by advance() only: the lock has a cache line of its own.
  const std::unique_ptr<tables, free_tables> tables_;
  moment clock_{0};
  moment everything_{0};
  alignas(64) std::mutex advancing_;
};

}  // namespace multipass
