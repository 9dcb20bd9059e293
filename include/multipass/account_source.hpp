// Port: where account data comes from. The gateway brings one on its own SQLite store; a bank that
// embeds the library brings its core system instead.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "multipass/account.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// Both functions may block: the gateway calls them on its worker threads, several at once, never
/// on an event loop. A failure other than not_found reaches the TPP as 503; fail closed.
class account_source {
 public:
  virtual ~account_source() = default;

  /// All accounts of the PSU with this user name, in the order in which a TPP shall see them.
  /// An unknown PSU has none.
  virtual result<std::vector<account>> accounts_of(std::string_view psu) = 0;

  /// The balances of one account that accounts_of(psu) listed; errc::not_found when it is not
  /// there.
  virtual result<std::vector<money>> balances_of(std::string_view psu, account_id account) = 0;

  /// How long an answer may be used again without asking. Zero, the default: never. A source that
  /// says more must call gateway::accounts_changed() for what cannot wait that long.
  virtual std::chrono::milliseconds may_keep_for() const { return std::chrono::milliseconds{0}; }
};

}  // namespace multipass
