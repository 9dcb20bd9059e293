// What account endpoints answered a moment ago, ready to be sent again: account lists, accounts
// and balances by consent, as JSON. Bounded: when it is full, an answer goes that was not asked for
// again since the last round (second chance; a list of recency would cost each hit several lines of
// memory). An answer is good while the change clock shows no change of the PSU's accounts since before it was read,
// and while it is no older than its account source allows.
//
// One per event loop and confined to it, so nothing here is shared or locked. A hit allocates
// nothing.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

  /// The answer if it is kept and good. The view refers to memory that the next keep() may free.
  std::optional<std::string_view> find(consent_id consent, const account_question& q,
                                       time_point now);

  struct origin {
    change_clock::stamp before_read;  ///< the change clock's time from before the answer was read
    std::size_t accounts_stripe;      ///< of the PSU
    time_point good_until;            ///< as the account source allows
  };
  void keep(consent_id consent, const account_question& q, std::string json, const origin& from);

 private:
  struct key {
    consent_id consent;
    account_question question;
    friend bool operator==(const key&, const key&) = default;
  };
  struct key_hash {
    std::size_t operator()(const key& k) const noexcept;
  };
  struct kept_answer {
    std::string json;
    origin from;
    bool asked_again = false;
  };

  bool is_good(const kept_answer& a, time_point now) const;
  std::size_t free_place();

  std::size_t most_;
  const change_clock& changes_;
  boost::unordered_flat_map<key, kept_answer, key_hash> answers_;
  std::vector<key> round_;  // the keys of answers_, in the order in which they are looked at
  std::size_t hand_ = 0;    // where in round_ the next look begins
};

}  // namespace multipass
