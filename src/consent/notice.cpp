#include "consent/notice.hpp"

#include "consent/html.hpp"
#include "consent/texts.hpp"

namespace multipass {
namespace {

struct notice_text {
  std::string_view title;
  std::string_view text;
};

notice_text text_of(notice n) {
  switch (n) {
    case notice::unknown:
      return {texts::unknown_title, texts::unknown};
    case notice::expired:
      return {texts::expired_title, texts::expired};
    case notice::decided:
      return {texts::decided_title, texts::decided};
    case notice::session_expired:
      return {texts::session_expired_title, texts::session_expired};
    case notice::tpp_unknown:
      return {texts::tpp_unknown_title, texts::tpp_unknown};
    case notice::forged:
      return {texts::forged_title, texts::forged};
    case notice::malformed:
    case notice::wrong_media:
      return {texts::malformed_title, texts::malformed};
    case notice::limited:
      return {texts::limited_title, texts::limited};
    case notice::busy:
      break;
  }
  return {texts::busy_title, texts::busy};
}

std::string link_label(const ending& end) {
  switch (end.what) {
    case notice::expired:
      return fill(texts::go_back, {escape_name(end.tpp_name)});
    case notice::session_expired:
      return escape(texts::login_again);
    default:
      return {};
  }
}

}  // namespace

unsigned status_of(notice n) noexcept {
  switch (n) {
    case notice::unknown:
      return 404;
    case notice::expired:
      return 410;
    case notice::decided:
      return 409;
    case notice::session_expired:
      return 401;
    case notice::tpp_unknown:
    case notice::forged:
      return 403;
    case notice::malformed:
      return 400;
    case notice::wrong_media:
      return 415;
    case notice::limited:
      return 429;
    case notice::busy:
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
  const notice_text t = text_of(end.what);
  std::string html = "<h1>" + escape(t.title) + "</h1>\n<p class=\"lead\">" + escape(t.text);
  html += "</p>\n";
  if (!end.detail.empty()) {
    html += "<p class=\"quiet\">" + fill(texts::for_developers, {escape(end.detail)}) + "</p>\n";
  }
  const std::string label = link_label(end);
  if (!label.empty() && !end.link.empty()) {
    html += "<div class=\"buttons\"><a class=\"button primary\" href=\"" + escape(end.link);
    html += "\">" + label + "</a></div>\n";
  }
  return framed(s, escape(t.title), html);
}

}  // namespace multipass
