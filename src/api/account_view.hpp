// What account endpoints answered a moment ago, ready to be sent again: account lists, accounts
// and balances by consent, as JSON. An answer is good while the change clock shows no change of the
// PSU's accounts since before it was read, and while it is no older than its account source allows.
//
// Bounded: when it is full, an answer goes that was not asked for again since the last round
// (second chance; a list of recency would cost each hit several lines of memory). 512 bytes an
// answer, in huge pages, taken from the system as they are needed.
//
// One per event loop and confined to it, so nothing here is shared or locked. A hit allocates
// nothing.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/consent_uses.hpp"
#include "base/huge_pages.hpp"
#include "multipass/records.hpp"
#include "store/change_clock.hpp"

namespace multipass {

/// Which answer: the list has no account.
struct account_question {
  scope kind = scope::account_list;
  account_id account{};
  friend bool operator==(const account_question&, const account_question&) = default;
};

class account_view {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// At most `answers` are kept. `changes` must outlive the view.
  account_view(std::size_t answers, const change_clock& changes);

 private:
  struct kept_answer;

 public:
  /// An answer that is kept and good, until the next keep().
  class hit {
   public:
    std::string_view json() const { return kept_->json(); }
    /// Whether this use of the answer is the first in its period. Costs a comparison: what it needs
    /// lies in a line of memory that the hit has read.
    bool begins(use_period period) const { return std::exchange(kept_->used_in, period) != period; }

   private:
    friend class account_view;
    explicit hit(kept_answer& kept) : kept_(&kept) {}
    kept_answer* kept_;
  };

  std::optional<hit> find(consent_id consent, const account_question& q, time_point now);

  struct origin {
    change_clock::stamp before_read;  ///< the change clock's time from before the answer was read
    std::size_t accounts_stripe;      ///< of the PSU
    time_point good_until;            ///< as the account source allows
  };
  void keep(consent_id consent, const account_question& q, std::string_view json,
            const origin& from);

 private:
  struct key {
    consent_id consent;
    account_question question;
    friend bool operator==(const key&, const key&) = default;
  };
  // An answer lies behind its key in the same lines of memory when it is as short as nearly all
  // are.
  struct alignas(64) kept_answer {
    kept_answer(const key& k, std::string_view json, const origin& o);
    std::string_view json() const {
      return long_json.empty() ? std::string_view(short_json.data(), size) : long_json;
    }

    key asked;
    origin from;
    bool asked_again = false;
    use_period used_in{};
    std::uint32_t size = 0;
    std::string long_json;
    std::array<char, 408> short_json;
  };
  static_assert(sizeof(kept_answer) == 512);

  // The index holds places only and reads the key there, in a line that a hit needs anyway: so it
  // is a quarter as large, and more of it stays near the processor.
  struct key_hash {
    using is_transparent = void;
    std::size_t operator()(const key& k) const noexcept;
    std::size_t operator()(const kept_answer* a) const noexcept { return (*this)(a->asked); }
  };
  struct key_equal {
    using is_transparent = void;
    bool operator()(const key& k, const kept_answer* a) const noexcept { return k == a->asked; }
    bool operator()(const kept_answer* a, const key& k) const noexcept { return k == a->asked; }
    bool operator()(const kept_answer* a, const kept_answer* b) const noexcept { return a == b; }
  };

  bool is_good(const kept_answer& a, time_point now) const;
  kept_answer& free_place();

  std::size_t most_;
  const change_clock& changes_;
  std::vector<kept_answer, huge_page_allocator<kept_answer>> answers_;  // never moves
  boost::unordered_flat_set<kept_answer*, key_hash, key_equal, huge_page_allocator<kept_answer*>>
      index_;
  std::size_t hand_ = 0;  // where in answers_ the search for a free place goes on
};

}  // namespace multipass
