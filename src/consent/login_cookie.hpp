// The two cookies of the consent page and the form tokens bound to them. Stateless: the server
// keeps nothing, it recognises its own signature. Pure. Both names carry 8 hex digits of the
// handle's digest, so that two requests for consent in two tabs do not disturb each other.
//
//   form cookie    random, from the first page until the log-in
//   log-in cookie  made by the log-in: who, until when, for which handle; signed
//
// A log-in never continues the value of the form cookie, so one that was planted beforehand gains
// nothing (session fixation).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/server_key.hpp"
#include "multipass/clock.hpp"
#include "multipass/digest.hpp"

namespace multipass {

/// `secure` as in set_cookie().
std::string form_cookie_name(const digest& handle, bool secure);
std::string login_cookie_name(const digest& handle, bool secure);

/// The value of a log-in cookie, good until `expires_at` for this handle alone.
std::string make_login_cookie(const server_key& key, const digest& handle,
                              std::string_view psu_username, timestamp expires_at);

/// The user name in a log-in cookie; nullopt when it was not made by make_login_cookie() with this
/// key for this handle, or has expired.
std::optional<std::string> psu_of_login_cookie(const server_key& key, const digest& handle,
                                               std::string_view value, timestamp now);

/// The browser's own form cookie of that name, or a new one: so that the form of an earlier tab still
/// counts. `cookies` is the Cookie field.
std::string form_cookie(std::string_view cookies, std::string_view name);

/// What a form carries to prove that it was made for this handle and for the browser that holds
/// this cookie.
std::string csrf_token(const server_key& key, const digest& handle, std::string_view cookie);
/// False for an empty cookie, too. Compares in constant time.
bool csrf_token_matches(const server_key& key, const digest& handle, std::string_view cookie,
                        std::string_view token);

/// The value of a cookie in a Cookie header, empty when it is not there.
std::string_view cookie_value(std::string_view header, std::string_view name);

/// A Set-Cookie line with its CRLF. Ends with the browser session; an empty value deletes the
/// cookie. With `secure`, a "__Host-" cookie: browsers then take it from this host over https
/// alone, so that no neighbouring subdomain can plant one (RFC 6265bis, section 4.1.3.2), and for
/// that ask for Path=/. Without, as in the sandbox, it is kept to `path`.
std::string set_cookie(std::string_view name, std::string_view value, bool secure,
                       std::string_view path = "/consent");

}  // namespace multipass
