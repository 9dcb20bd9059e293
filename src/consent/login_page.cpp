#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/pages.hpp"

namespace multipass {
namespace {

std::string failure(const texts& t) {
  return problem_summary(t.login_failed_title, "<p><a href=\"#username\">" +
                                                   escape(t.login_failed) + "</a> " +
                                                   escape(t.code_once) + "</p>\n");
}

std::string locked(const texts& t, std::chrono::minutes time) {
  const auto text = time.count() == 1 ? escape(t.login_locked_shortly)
                                      : fill(t.login_locked, {std::to_string(time.count())});
  return problem_summary(t.login_locked_title, "<p>" + text + "</p>\n");
}

std::string fields(const texts& t, const login_view& v) {
  std::string html =
      field("username", t.username, {},
            "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" autocorrect=\"off\" "
            "spellcheck=\"false\" maxlength=\"64\" value=\"" +
                escape(v.username) + "\"",
            v.failed);
  html += field("password", t.password, {}, "type=\"password\" autocomplete=\"current-password\"",
                v.failed);
  html += field("code", t.code, t.code_hint,
                "type=\"text\" class=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" "
                "maxlength=\"7\"",
                v.failed);
  return html;
}

// `intro` is HTML, `path` where the form goes.
std::string page_with_form(const site& s, const login_view& v, std::string_view step,
                           std::string_view intro, std::string_view path, std::string_view leave) {
  const texts& t = s.text;
  const bool is_locked = v.locked_for.count() > 0;
  std::string html = step_and_heading(step, t.login_title);
  if (v.logged_out) html += done_summary(t.logged_out_title, escape(t.logged_out));
  if (v.failed) html += failure(t);
  if (is_locked) html += locked(t, v.locked_for);
  html += intro;
  html += "<form method=\"post\" action=\"" + std::string(path) + "\">\n" + hidden_fields(v.form);
  html += fields(t, v) + "<div class=\"buttons\"><button type=\"submit\" class=\"primary\">";
  html += escape(t.login_button) + "</button></div>\n</form>\n";
  html += "<p class=\"quiet\">" + escape(leave) + "</p>\n";
  return framed(s, title_of(s, t.login_title, v.failed || is_locked), html);
}

}  // namespace

std::string login_page(const site& s, const login_view& v) {
  const std::string tpp = "<strong>" + escape_name(v.tpp_name) + "</strong>";
  const std::string intro = "<p class=\"lead\">" +
                            fill(s.text.login_intro, {tpp, escape(s.bank_name)}) + "</p>\n<p>" +
                            escape(s.text.login_promise) + "</p>\n";
  return page_with_form(s, v, s.text.login_step, intro, "/consent/login", s.text.login_leave);
}

std::string consents_login_page(const site& s, const login_view& v) {
  const std::string intro =
      "<p class=\"lead\">" + fill(s.text.consents_login_intro, {escape(s.bank_name)}) + "</p>\n";
  return page_with_form(s, v, {}, intro, "/consents/login", s.text.consents_login_leave);
}

}  // namespace multipass
