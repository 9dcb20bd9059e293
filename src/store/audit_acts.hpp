// What the audit says of each act, in one place and the same for every store. Pure functions; any
// thread. Add an action here and its name to the README's list; never rename one: banks search for
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "multipass/audit.hpp"
#include "multipass/records.hpp"
#include "multipass/store.hpp"

namespace multipass {

inline constexpr std::string_view admin_actor = "admin";
inline constexpr std::string_view gateway_actor = "gateway";
std::string tpp_actor(std::string_view username);
std::string psu_actor(std::string_view username);

/// A consent, as the audit names it.
struct named_consent {
  consent_id id{};
  std::string tpp_username;
  std::int64_t client_number = 0;
  std::string psu_username;
};

audit_act audit_begun(timestamp now);
audit_act tpp_added(const tpp& t, const origin& by);
audit_act tpp_blocked(std::string_view username, bool blocked, const origin& by);
audit_act tpp_secret_changed(std::string_view username, const origin& by);
audit_act tpp_organization_changed(std::string_view username, std::string_view organization,
                                   const origin& by);
audit_act psu_added(std::string_view username, const origin& by);
audit_act enrolment_started(std::string_view username, timestamp expires_at, const origin& by);
audit_act psu_enrolled(std::string_view username, const origin& by);
audit_act accounts_imported(std::size_t accounts, const origin& by);

/// `asked` as store_writer::add_authorization gets it: without a name, nobody has authenticated.
audit_act authorization_started(std::string_view tpp, std::int64_t client_number,
                                const authorization& asked, timestamp now);
audit_act consent_denied(std::string_view tpp, std::int64_t client_number, const origin& by);
audit_act consent_granted(const named_consent& c, const approval& a);
audit_act token_issued(const named_consent& c, scope_set scopes, timestamp now);
audit_act token_refreshed(const named_consent& c, timestamp now);
/// For every reason but end_reason::none.
audit_act consent_ended(const named_consent& c, end_reason reason, const origin& by);
audit_act consent_expired(const named_consent& c, timestamp expired_at, timestamp now);

/// `secret` is "made", "kept" or "rotated". The URL is not named: it may hold a secret of the TPP's.
audit_act webhook_set(std::string_view username, std::string_view secret, const origin& by);
audit_act webhook_removed(std::string_view username, const origin& by);
audit_act event_replayed(std::string_view username, std::size_t events, const origin& by);

/// `psu` is empty for a name that nobody has: it may be a password typed into the wrong field.
audit_act login_decided(bool passed, std::string_view psu, std::string_view client, timestamp now);

}  // namespace multipass
