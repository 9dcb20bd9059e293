// What lies between a log-in form that was filled in and its outcome, the same for every page that
// asks for a log-in: the lock-out, the check, audit, log and counts. The pages of one gateway share
// one gate, so that an attempt at one of them counts at all.
//
// Thread safety: holds nothing but the counts of failed log-ins; any event loop may call.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "consent/consent_endpoints.hpp"
#include "consent/login.hpp"
#include "consent/login_lockout.hpp"
#include "http/parameters.hpp"

namespace multipass {

/// As typed, without the spaces that phones add behind a word and that authenticator apps show.
credentials credentials_of(const parameters& form);

class login_gate {
 public:
  explicit login_gate(const consent_parts& parts);

  struct outcome {
    bool passed = false;
    std::chrono::seconds wait{};  ///< not 0: locked out, nothing was looked at
  };

  /// `client` says in audit and log where to: the clientId of a request for consent, or the page.
  /// Fails only when it could not be checked: errc::overloaded or errc::unavailable.
  task<result<outcome>> try_log_in(const exchange& e, const credentials& given,
                                   std::string_view client);
  /// The password alone, of `owner` alone, see login::check_password.
  task<result<outcome>> try_password(const exchange& e, const credentials& given,
                                     std::string_view owner, std::string_view client);
  /// A code that somebody who is logged in has typed. A wrong one counts as a failed log-in; a
  /// right one takes nothing back.
  outcome judge_code(const exchange& e, std::string_view username, bool right,
                     std::string_view client);

 private:
  /// Those who are locked out now.
  outcome refuse(const login_lockout::attempt& attempt);
  /// `psu`: empty for a name that nobody has.
  void note(const exchange& e, std::string_view client, std::string_view psu, bool passed,
            login_lockout::attempt& attempt);

  consent_parts parts_;
  login login_;
  login_lockout lockout_;
};

}  // namespace multipass
