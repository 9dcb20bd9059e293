// The decisions of a store about what is presented to it, as pure functions of what it has stored:
// the same for every store, each tested without one. Every limit of time is exclusive: something
// is valid while now < expires_at.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "multipass/records.hpp"
#include "multipass/store.hpp"

namespace multipass {

/// An authorization as it is stored, with everything that decides about it.
struct request_record {
  tpp_id tpp{};
  std::string tpp_username;
  std::int64_t client_number = 0;
  scope_set scopes;
  std::string code_challenge;
  timestamp expires_at{};
  authorization::state decided = authorization::state::pending;
  bool tpp_blocked = false;
  std::string redirect_uri{};
  bool standard = false;
};

/// May the PSU decide now? errc::conflict or errc::forbidden, as store_writer::approve says.
result<void> check_decidable(const request_record& asked, timestamp now);

/// errc::invalid_input for a choice that is empty, out of order or beyond what was asked.
result<void> check_choice(const approval& chosen, scope_set asked);

/// A code as it is stored, with everything that decides about it.
struct code_record {
  consent_id consent{};
  tpp_id tpp{};
  std::string tpp_username;
  std::int64_t client_number = 0;
  scope_set scopes;
  timestamp expires_at{};
  timestamp consent_expires_at{};
  bool used = false;
  bool consent_ended = false;
  bool tpp_blocked = false;
  bool requires_secret = false;
  digest secret;               ///< of the TPP
  std::string code_challenge;  ///< empty: the authorization brought none
  std::string organization{};  ///< of the TPP; empty: it needs no certificate
  std::string redirect_uri{};
  bool standard = false;  ///< as in authorization: whoever redeems it shows that it is the TPP
};

/// A family of refresh tokens as it is stored, with everything that decides about it.
struct refresh_record {
  grant granted;  ///< of the access token that came with the newest refresh token
  std::string tpp_username;
  std::int64_t client_number = 0;
  digest newest;
  std::optional<digest> replaced{};  ///< by the newest, at `replaced_at`
  timestamp replaced_at{};
  std::string sealed{};  ///< the newest pair, for whoever has the replaced token
  timestamp consent_expires_at{};
  bool consent_ended = false;
  bool tpp_blocked = false;
  std::string organization{};  ///< of the TPP; empty: it needs no certificate
};

/// May a TPP that is bound to `present` be bound to `wanted`? errc::conflict, as
/// store_writer::set_organization says.
result<void> check_rebinding(std::string_view present, std::string_view wanted, bool had_consent);

redeemed::outcome judge(const redemption& presented, const code_record& code) noexcept;

/// All but the writing: what rotate is to do, and what it then returns.
rotated judge(const rotation& presented, const refresh_record& family);

/// "No more than four times in a 24-hour period" (RTS, Art. 36(5)(b)): as any 24 hours, not as a
/// calendar day.
inline constexpr std::chrono::hours unattended_window{24};

/// For no longer may a refresh token that was replaced come again: validate() holds refresh-grace
/// to it. Then its sealed pair can go.
inline constexpr std::chrono::minutes longest_refresh_grace{10};

/// From when on an unattended read is allowed again, given the time of the one counted `most` reads
/// ago; nothing when it is allowed now.
std::optional<timestamp> unattended_pause(timestamp counted, timestamp now) noexcept;

/// What the token allows that the code becomes.
grant grant_of(const redemption& presented, const code_record& code) noexcept;

/// A token that lives as long as its consent needs no refresh token.
bool needs_refresh(const grant& g, const code_record& code) noexcept;

}  // namespace multipass
