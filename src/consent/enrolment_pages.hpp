// The pages by which a PSU takes a new second factor: values in, HTML out. Pure. The code page is
// the only page that ever holds a secret; it is not kept by browsers (no-store) nor told to others
// (no-referrer).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "consent/frame.hpp"
#include "multipass/error.hpp"

namespace multipass {

struct enrolment_login_view {
  std::string handle;  ///< what the link carries
  std::string csrf;
  std::string username;  ///< as typed before
  bool failed = false;
  std::chrono::minutes locked_for{};  ///< not 0: nobody is let try so long
};

struct enrolment_code_view {
  std::string handle;
  std::string csrf;
  std::string uri;     ///< otpauth:, for the picture
  std::string secret;  ///< base32, for those who cannot scan it
  bool failed = false;
  std::chrono::minutes locked_for{};
};

std::string enrolment_login_page(const site& s, const enrolment_login_view& v);
/// errc::invalid_input when the URI does not fit into a QR code.
result<std::string> enrolment_code_page(const site& s, const enrolment_code_view& v);
std::string enrolment_done_page(const site& s);

}  // namespace multipass
