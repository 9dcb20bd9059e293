// A bank's own account source, fenced in: whatever it reports or throws becomes errc::upstream (but
// not_found, which it may say), so that its troubles are never taken for the store's.
#pragma once

#include "multipass/account_source.hpp"

namespace multipass {

/// Thread-safe as far as the source is. The source must outlive this.
class bank_accounts final : public account_source {
 public:
  explicit bank_accounts(account_source& source) : source_(source) {}

  result<std::vector<account>> accounts_of(std::string_view psu) override;
  result<std::vector<money>> balances_of(std::string_view psu, account_id account) override;
  std::chrono::milliseconds may_keep_for() const override { return source_.may_keep_for(); }

 private:
  account_source& source_;
};

}  // namespace multipass
