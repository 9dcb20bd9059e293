// The steps by which a PSU takes a new second factor, one function each, behind a link that the
// bank made (POST /admin/psus/{}/enrolment): user name and password, then the QR code and the first
// code of the new factor, which replaces the old one. Until then nothing has changed, and the link
// shows the same factor again, however often it is opened. As the consent page, each step stands
// alone.
//
// Thread safety: holds no state of its own; any event loop may call.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "consent/consent_endpoints.hpp"
#include "consent/enrolment_notice.hpp"
#include "consent/enrolment_pages.hpp"
#include "consent/frame.hpp"
#include "consent/login_gate.hpp"
#include "http/parameters.hpp"

namespace multipass {

class enrolment_flow {
 public:
  enrolment_flow(const consent_parts& parts, std::shared_ptr<login_gate> gate)
      : parts_(parts), gate_(std::move(gate)) {}

  task<> show_login(exchange& e) const;  // GET /enrolment
  task<> log_in(exchange& e) const;      // POST /enrolment/login
  task<> show_code(exchange& e) const;   // GET /enrolment/code
  task<> finish(exchange& e) const;      // POST /enrolment/code
  task<> show_done(exchange& e) const;   // GET /enrolment/done
  void answer_over_rate(exchange& e, std::chrono::seconds wait) const;

 private:
  template <class T>
  using or_notice = boost::system::result<T, enrolment_notice>;

  /// A request of the browser that belongs to an open link.
  struct visit {
    parameters sent;
    std::string handle;
    digest key;  ///< of the handle
    enrolment open;

    std::string_view text(std::string_view name) const { return sent.find(name).value_or(""); }
    std::string url(std::string_view path) const { return std::string(path) + "?x=" + handle; }
  };

  task<or_notice<visit>> begin(const request& in) const;
  bool is_logged_in(const visit& v, std::string_view cookie) const;
  /// The new secret, in clear; nullopt when it was not sealed by this server.
  std::optional<std::string> secret_of(const visit& v) const;
  task<> replace_factor(exchange& e, const visit& v, std::int64_t step) const;

  void answer_login(exchange& e, const visit& v, std::string_view cookie, std::string_view username,
                    const std::optional<login_gate::outcome>& o) const;
  void answer_code(exchange& e, const visit& v, std::string_view cookie,
                   const std::optional<login_gate::outcome>& o) const;
  void answer_notice(exchange& e, enrolment_notice n, const std::string& link = {}) const;
  std::string cookie_line(std::string_view name, std::string_view value) const;
  std::string form_headers() const;
  site frame() const { return site_of(parts_.settings, parts_.look); }
  bool secure() const;

  consent_parts parts_;
  std::shared_ptr<login_gate> gate_;
};

}  // namespace multipass
