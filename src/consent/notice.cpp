#include "consent/notice.hpp"

#include "consent/html.hpp"

namespace multipass {
namespace {

struct notice_text {
  std::string_view title;
  std::string_view text;
};

notice_text text_of(const texts& t, notice n) {
  switch (n) {
    case notice::unknown:
      return {t.unknown_title, t.unknown};
    case notice::expired:
      return {t.expired_title, t.expired};
    case notice::decided:
      return {t.decided_title, t.decided};
    case notice::session_expired:
      return {t.session_expired_title, t.session_expired};
    case notice::tpp_unknown:
      return {t.tpp_unknown_title, t.tpp_unknown};
    case notice::forged:
      return {t.forged_title, t.forged};
    case notice::malformed:
    case notice::wrong_media:
      return {t.malformed_title, t.malformed};
    case notice::limited:
      return {t.limited_title, t.limited};
    case notice::consent_unknown:
      return {t.consent_unknown_title, t.consent_unknown};
    case notice::login_ended:
      return {t.login_ended_title, t.login_ended};
    case notice::not_accepted:
      return {t.not_accepted_title, t.not_accepted};
    case notice::not_read:
      return {t.not_read_title, t.not_read};
    case notice::not_now:
      return {t.not_now_title, t.not_now};
    case notice::busy:
      break;
  }
  return {t.busy_title, t.busy};
}

bool is_of_consents(notice n) {
  return n >= notice::consent_unknown;
}

std::string link_label(const texts& t, const ending& end) {
  switch (end.what) {
    case notice::expired:
      return fill(t.go_back, {escape_name(end.tpp_name)});
    case notice::session_expired:
    case notice::login_ended:
      return escape(t.login_again);
    case notice::consent_unknown:
    case notice::not_accepted:
    case notice::not_read:
    case notice::not_now:
      return escape(t.consents_link);
    default:
      return {};
  }
}

}  // namespace

unsigned status_of(notice n) noexcept {
  switch (n) {
    case notice::unknown:
    case notice::consent_unknown:
      return 404;
    case notice::expired:
      return 410;
    case notice::decided:
      return 409;
    case notice::session_expired:
    case notice::login_ended:
      return 401;
    case notice::tpp_unknown:
    case notice::forged:
    case notice::not_accepted:
      return 403;
    case notice::malformed:
    case notice::not_read:
      return 400;
    case notice::wrong_media:
      return 415;
    case notice::limited:
      return 429;
    case notice::busy:
    case notice::not_now:
      break;
  }
  return 503;
}

notice notice_of(errc code) noexcept {
  switch (code) {
    case errc::not_found:
      return notice::unknown;
    case errc::conflict:
      return notice::decided;
    case errc::forbidden:
      return notice::tpp_unknown;
    case errc::unsupported_media:
      return notice::wrong_media;
    case errc::too_many:
      return notice::limited;
    case errc::overloaded:
    case errc::unavailable:
    case errc::upstream:
      return notice::busy;
    default:
      return notice::malformed;
  }
}

std::string notice_page(const site& s, const ending& end) {
  const notice_text t = text_of(s.text, end.what);
  std::string html = "<h1>" + escape(t.title) + "</h1>\n<p class=\"lead\">" + escape(t.text);
  html += "</p>\n";
  if (!end.detail.empty()) {
    html += "<p class=\"quiet\">" + fill(s.text.for_developers, {escape(end.detail)}) + "</p>\n";
  }
  const std::string label = link_label(s.text, end);
  const std::string link = is_of_consents(end.what) ? "/consents" : end.link;
  if (!label.empty() && !link.empty()) {
    html += "<div class=\"buttons\"><a class=\"button primary\" href=\"" + escape(link);
    html += "\">" + label + "</a></div>\n";
  }
  return framed(s, escape(t.title), html);
}

}  // namespace multipass
