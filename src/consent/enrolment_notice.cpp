#include "consent/enrolment_notice.hpp"

#include "consent/html.hpp"
#include "consent/texts.hpp"

namespace multipass {
namespace {

struct notice_text {
  std::string_view title;
  std::string_view text;
};

notice_text text_of(const site& s, enrolment_notice n) {
  switch (n) {
    case enrolment_notice::over:
      return {s.text.enrolment_over_title, s.text.enrolment_over};
    case enrolment_notice::logged_out:
      return {s.text.enrolment_logged_out_title, s.text.enrolment_logged_out};
    case enrolment_notice::refused:
      return {s.text.enrolment_refused_title, s.text.enrolment_refused};
    case enrolment_notice::unread:
      return {s.text.enrolment_unread_title, s.text.enrolment_unread};
    case enrolment_notice::limited:
    case enrolment_notice::later:
      break;
  }
  return {s.text.enrolment_later_title, s.text.enrolment_later};
}

}  // namespace

unsigned status_of(enrolment_notice n) noexcept {
  switch (n) {
    case enrolment_notice::over:
      return 404;
    case enrolment_notice::logged_out:
      return 401;
    case enrolment_notice::refused:
      return 403;
    case enrolment_notice::unread:
      return 400;
    case enrolment_notice::limited:
      return 429;
    case enrolment_notice::later:
      break;
  }
  return 503;
}

enrolment_notice enrolment_notice_of(errc code) noexcept {
  switch (code) {
    case errc::not_found:
      return enrolment_notice::over;
    case errc::overloaded:
    case errc::unavailable:
      return enrolment_notice::later;
    default:
      return enrolment_notice::unread;
  }
}

std::string enrolment_notice_page(const site& s, enrolment_notice n, std::string_view link) {
  const notice_text t = text_of(s, n);
  std::string html = "<h1>" + escape(t.title) + "</h1>\n<p class=\"lead\">" +
                     fill(t.text, {escape(s.bank_name)}) + "</p>\n";
  if (!link.empty()) {
    html += "<div class=\"buttons\"><a class=\"button primary\" href=\"" + escape(link) + "\">" +
            escape(s.text.login_again) + "</a></div>\n";
  }
  return framed(s, escape(t.title), html);
}

}  // namespace multipass
