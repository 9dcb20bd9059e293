// The list of consents, where a PSU sees who has access to what and withdraws it: one function per
// step. Each step stands alone; what it needs to know of the one before comes in the URL or form
// and in the cookies.
//
// Thread safety: any event loop may call.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "consent/consent_endpoints.hpp"
#include "consent/consents_pages.hpp"
#include "consent/dashboard_sessions.hpp"
#include "consent/login_gate.hpp"
#include "consent/notice.hpp"
#include "consent/pages.hpp"
#include "http/parameters.hpp"

namespace multipass {

class dashboard {
 public:
  dashboard(const consent_parts& parts, std::shared_ptr<login_gate> gate);

  task<> show(exchange& e);      // GET /consents
  task<> log_in(exchange& e);    // POST /consents/login
  task<> log_out(exchange& e);   // POST /consents/logout
  task<> ask(exchange& e);       // GET /consents/{id}/withdraw
  task<> withdraw(exchange& e);  // POST /consents/{id}/withdraw
  /// Whoever asks has to wait that long, wherever they are.
  void answer_over_rate(exchange& e, std::chrono::seconds wait) const;

 private:
  template <class T>
  using or_notice = boost::system::result<T, notice>;
  using session = dashboard_sessions::session;

  /// A PSU and all consents that they ever gave.
  struct holder {
    std::string name;
    std::vector<consent> consents;
  };
  /// A consent as its owner sees it, with the owner.
  struct owned_consent {
    std::string psu_name;
    consent given;
  };

  or_notice<parameters> read(const request& in) const;
  task<or_notice<holder>> holder_of(std::string psu_username) const;
  task<or_notice<owned_consent>> find(std::string psu_username, std::string_view id) const;
  task<std::vector<account>> accounts_of(std::string psu_username) const;
  consent_entry entry_of(consent given, std::vector<account> accounts) const;
  task<> show_list(exchange& e, const session& who, const parameters& asked) const;

  void answer(exchange& e, unsigned status, std::string_view page,
              std::string_view more_headers = {}) const;
  void answer_notice(exchange& e, notice what) const;
  void answer_login(exchange& e, unsigned status, std::string_view form_cookie, login_view page,
                    std::string_view more_headers = {}) const;
  site frame() const;

  consent_parts parts_;
  std::shared_ptr<login_gate> gate_;
  dashboard_sessions sessions_;
};

}  // namespace multipass
