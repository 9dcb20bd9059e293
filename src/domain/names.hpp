// Names that have a fixed form: TPP and PSU user names, the clientId "<username>__<n>", and what
// there is a fixed set of.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "multipass/error.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// 1-64 characters of [A-Za-z0-9._@-]; errc::invalid_input says what is wrong.
result<void> check_username(std::string_view name);
/// As check_username, and not itself ending in "__<digits>", so that clientIds stay unambiguous.
result<void> check_tpp_username(std::string_view name);

struct client_id {
  std::string username;
  std::int64_t number = 0;  ///< from 1
};

/// Reads "username__1"; nullopt for anything that make_client_id could not have written.
std::optional<client_id> parse_client_id(std::string_view text);
std::string make_client_id(std::string_view username, std::int64_t number);

/// Why a consent ended, as APIs say it: "withdrawn"; "none" when it has not.
std::string_view name_of(end_reason reason) noexcept;

/// An organizationIdentifier as PSD2 certificates bear it (ETSI EN 319 412-1, section 5.1.4):
/// "PSDGB-FCA-123456", that is three letters of scheme, two of country, a hyphen and the rest, 128
/// visible ASCII characters at most; behind the scheme PSD the rest begins with the competent
/// authority, 2-8 letters, and a hyphen. errc::invalid_input says what is expected.
result<void> check_organization(std::string_view identifier);

/// A redirect URI that may be registered: absolute, https (or http on loopback when
/// `allow_loopback_http`), no fragment, no user info, at most 2048 bytes.
result<void> check_redirect_uri(std::string_view uri, bool allow_loopback_http);

/// `uri` with percent-encoded query parameters appended; an existing query is kept, and a pair
/// whose value is empty is left out.
std::string with_query(std::string_view uri,
                       std::initializer_list<std::pair<std::string_view, std::string_view>> pairs);

}  // namespace multipass
