// What TPPs are told of their consents, where it is sent, and what became of it, as plain values.
// Nothing here names an account, a PSU or a token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "multipass/clock.hpp"
#include "multipass/records.hpp"
#include "multipass/scope.hpp"

namespace multipass {

enum class event_type : std::uint8_t {
  consent_granted = 1,
  consent_revoked,  ///< ended before its time; `reason` says how
  consent_expired,
  token_revoked,  ///< follows consent_revoked where a token had been issued
};

enum class event_state : std::uint8_t {
  kept,       ///< there for TPPs that poll: the TPP has no webhook
  pending,    ///< to be delivered
  delivered,  ///< acknowledged by the webhook
  dead,       ///< given up; may be replayed
};

/// An event waits for an earlier one of its consent while `due_at` is this.
inline constexpr timestamp waits_for_earlier = timestamp::max();

/// Kept for every TPP, whether it has a webhook or polls.
struct event {
  tpp_id tpp{};
  std::string tpp_username;
  std::int64_t number = 0;  ///< per TPP 1, 2, 3, ... without a gap: nobody learns of others' volume
  event_type type{};
  consent_id consent{};
  std::int64_t client_number = 0;
  scope_set scopes;        ///< what the PSU granted
  timestamp at{};          ///< when it was recorded
  timestamp expires_at{};  ///< of the consent
  end_reason reason{};     ///< of the consent, as of now
  event_state state{};
  unsigned attempts = 0;      ///< deliveries tried since it was recorded or replayed
  timestamp pending_since{};  ///< recorded or replayed then, when there was a webhook
  timestamp due_at{};         ///< of the next attempt, while pending
  std::string last_error{};   ///< of the last attempt that failed: for the bank, never for the TPP
};

/// Where a TPP wants its events. Secrets are sealed under the server's key.
struct webhook {
  tpp_id tpp{};
  std::string url;
  std::string secret;         ///< signs every delivery
  std::string former_secret;  ///< signs as well until former_until; empty: there is none
  timestamp former_until{};
};

/// A webhook to be set. The secret is used where there is none yet, and with `rotates`.
struct webhook_setting {
  std::string tpp_username;
  std::string url;
  std::string secret;  ///< sealed
  bool rotates = false;
  timestamp former_until{};  ///< until then the one it replaces signs as well
};

/// An event on its way, and where to.
struct event_delivery {
  event what;
  webhook to;
};

/// What became of one attempt.
struct delivery_outcome {
  tpp_id tpp{};
  std::int64_t number = 0;
  consent_id consent{};
  event_state state{};  ///< delivered, dead, or pending: it is tried again
  timestamp due_at{};   ///< of the next attempt, if pending
  std::string error;    ///< empty if delivered
};

/// How many events of a TPP wait to be delivered.
struct pending_count {
  tpp_id tpp{};
  std::int64_t events = 0;
};

/// Selects events; an empty name and no state select all.
struct event_filter {
  std::string tpp_username;
  std::optional<event_state> state{};
  tpp_id after_tpp{};      ///< only behind this TPP's `after`; ignored with tpp_username
  std::int64_t after = 0;  ///< only greater numbers, for paging
  std::size_t limit = 100;
};

}  // namespace multipass
