// What a PSU decides about an authorization, whoever asks: the built-in consent page or a bank's
// own frontend through the admin API. Coroutines resume on the caller's event loop; any event loop
// may call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/logger.hpp"
#include "base/task.hpp"
#include "multipass/account_source.hpp"
#include "multipass/config.hpp"
#include "multipass/records.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// An authorization and what may become of it now.
struct filed_request {
  enum class state : std::uint8_t { open, decided, expired };
  authorization asked;
  state now = state::open;
  bool tpp_blocked = false;
  /// Where the browser of an expired request goes, with error=access_denied. Empty for others, and
  /// for those of a blocked TPP: nobody is sent there.
  std::string way_back;
};

class consent_decisions {
 public:
  /// `own_accounts` is the bank's source, or null for the accounts in the store. All referenced
  /// must outlive this.
  consent_decisions(store_pool& pool, account_source* own_accounts, const clock& wall,
                    const config& settings, const logger& log);

  /// The authorization of an x-request-id, decided or not. errc::not_found "Entity not found" for
  /// an unknown handle.
  task<result<filed_request>> look_up(std::string_view handle);

  /// As look_up(), but errc::conflict when it is decided already or has expired (the message says
  /// which).
  task<result<authorization>> find(std::string_view handle);

  /// The accounts a PSU may tick.
  task<result<std::vector<account>>> accounts_of(std::string_view psu_username);

  /// `actor` is who decides, for the audit: the PSU, or whoever has the admin key. Accounts or
  /// scopes left out: all of the PSU's accounts, all that was asked. Returns the URI to send the
  /// browser to, with accessCode or, when the authorization is `standard`, code. Errors of find();
  /// errc::not_found for an unknown PSU; errc::invalid_input for an empty choice, a scope that was
  /// not asked or an account that is not the PSU's.
  task<result<std::string>> approve(std::string_view handle, std::string_view psu_username,
                                    std::string_view actor,
                                    std::optional<std::vector<account_id>> accounts,
                                    std::optional<scope_set> scopes);

  /// Returns the URI to send the browser to, with error=access_denied. Errors of
  /// find().
  task<result<std::string>> deny(std::string_view handle, std::string_view actor);

  /// When a consent granted now would end: what the page shows.
  timestamp consent_end() const;

 private:
  /// `why` is the error_description (RFC 6749, section 4.1.2.1).
  std::string refusal_uri(const authorization& asked, std::string_view why) const;

  store_pool& pool_;
  account_source* own_accounts_;
  const clock& clock_;
  const config& settings_;
  const logger& log_;
};

}  // namespace multipass
