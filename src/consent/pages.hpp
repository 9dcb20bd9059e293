// The log-in and the review of a request: values in, HTML out. Pure. No page holds a balance or a
// secret; the form token is bound to a cookie that scripts cannot read.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "consent/frame.hpp"
#include "multipass/account.hpp"
#include "multipass/clock.hpp"
#include "multipass/scope.hpp"

namespace multipass {

/// What every form sends back: which request it belongs to, and that this page made it.
struct form_fields {
  std::string client_id;  ///< this and the handle are empty on the list of consents
  std::string handle;     ///< the x-request-id
  std::string csrf;
};

struct login_view {
  form_fields form;
  std::string tpp_name;
  std::string username;  ///< as typed before; never a password or a code
  bool failed = false;
  std::chrono::minutes locked_for{};  ///< not 0: nobody is let try so long
  bool logged_out = false;            ///< the PSU just was, by their own wish
};

struct account_choice {
  account value;
  bool ticked = true;
};

struct review_view {
  form_fields form;
  std::string tpp_name;
  std::string psu_name;
  std::string return_host;
  timestamp until{};
  std::vector<account_choice> accounts;
  scope_set asked;
  scope_set ticked;
  bool account_missing = false;  ///< sent without a ticked account
  bool scope_missing = false;    ///< sent without a ticked scope
};

/// Has no button to refuse: whoever knows the link could press it and end a request that is not
/// theirs. Denial stands behind the log-in.
std::string login_page(const site& s, const login_view& v);

/// The same form in front of the list of consents; `tpp_name` is not used.
std::string consents_login_page(const site& s, const login_view& v);

std::string review_page(const site& s, const review_view& v);

/// "31 January 2026" (UTC), as HTML.
std::string date_of(const texts& words, timestamp t);

}  // namespace multipass
