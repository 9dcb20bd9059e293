// Who is logged in to the list of consents. The session is a cookie that the log-in signs, as in
// login_cookie.hpp: who, until when (config::login_ttl). It stands for the list alone: the cookie
// of a request for consent is none here, and this one none there.
//
// A log-out deletes the cookie and, for somebody may have kept a copy, remembers its value until it
// would have ended by itself. That memory is this process's and costs a log-in per entry; after a
// restart a copy works again for the rest of its time.
//
// Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/server_key.hpp"
#include "http/request.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"

namespace multipass {

class dashboard_sessions {
 public:
  /// All referenced must outlive this.
  dashboard_sessions(const server_key& key, const clock& wall, const config& settings)
      : key_(key), clock_(wall), settings_(settings) {}

  struct session {
    std::string psu_username;
    std::string cookie;
  };

  /// The session of a request that is logged in.
  std::optional<session> of(const request& in) const;
  /// A new session, whatever the browser brought. Returns the Set-Cookie line.
  std::string open(std::string_view psu_username) const;
  /// Returns the Set-Cookie line that deletes it.
  std::string end(const session& ended);

  /// Before the log-in: the random cookie that its form is bound to. Continues the browser's, so
  /// that a second tab does not undo the form in the first.
  std::string form_cookie(const request& in) const;
  std::string set_form_cookie(std::string_view cookie) const;
  /// What the browser sent of it, empty if nothing.
  std::string_view sent_form_cookie(const request& in) const;

  /// The token of a form that is bound to one of these cookies.
  std::string csrf(std::string_view cookie) const;
  bool csrf_matches(std::string_view cookie, std::string_view token) const;

 private:
  bool secure() const;

  const server_key& key_;
  const clock& clock_;
  const config& settings_;
  mutable std::mutex mutex_;
  std::map<digest, timestamp> ended_;  // guarded by mutex_; by digest of the cookie: until when
};

}  // namespace multipass
