#include "consent/enrolment_pages.hpp"

#include "base/qr_code.hpp"
#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/qr_svg.hpp"
#include "consent/texts.hpp"

namespace multipass {
namespace {

std::string paragraph(std::string_view css_class, const std::string& html) {
  return "<p class=\"" + std::string(css_class) + "\">" + html + "</p>\n";
}

std::string complaint(std::string_view title, std::string_view field_id, std::string_view text) {
  return problem_summary(
      title, "<p><a href=\"#" + std::string(field_id) + "\">" + escape(text) + "</a></p>\n");
}

std::string locked(const site& s, std::chrono::minutes time) {
  const auto text = time.count() == 1 ? escape(s.text.login_locked_shortly)
                                      : fill(s.text.login_locked, {std::to_string(time.count())});
  return problem_summary(s.text.login_locked_title, "<p>" + text + "</p>\n");
}

std::string form(std::string_view action, const std::string& handle, const std::string& csrf,
                 const std::string& fields, std::string_view button) {
  return "<form method=\"post\" action=\"" + std::string(action) +
         "\">\n<input type=\"hidden\" name=\"x\" value=\"" + escape(handle) +
         "\">\n<input type=\"hidden\" name=\"csrf\" value=\"" + escape(csrf) + "\">\n" + fields +
         "<div class=\"buttons\"><button type=\"submit\" class=\"primary\">" + escape(button) +
         "</button></div>\n</form>\n";
}

std::string in_groups_of_four(std::string_view text) {
  std::string grouped;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    if (i > 0) grouped += ' ';
    grouped += escape(text.substr(i, 4));
  }
  return grouped;
}

}  // namespace

std::string enrolment_login_page(const site& s, const enrolment_login_view& v) {
  const std::string bank = escape(s.bank_name);
  const bool is_locked = v.locked_for.count() > 0;
  std::string html = step_and_heading(s.text.login_step, s.text.enrolment_title);
  if (v.failed) {
    html += complaint(s.text.login_failed_title, "username", s.text.enrolment_login_failed);
  }
  if (is_locked) html += locked(s, v.locked_for);
  html += paragraph("lead", fill(s.text.enrolment_intro, {bank}));
  const std::string fields =
      field("username", s.text.username, {},
            "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" autocorrect=\"off\" "
            "spellcheck=\"false\" maxlength=\"64\" value=\"" +
                escape(v.username) + "\"",
            v.failed) +
      field("password", s.text.password, {}, "type=\"password\" autocomplete=\"current-password\"",
            v.failed);
  html += form("/enrolment/login", v.handle, v.csrf, fields, s.text.enrolment_login_button);
  html += paragraph("quiet", fill(s.text.enrolment_login_leave, {bank}));
  return framed(s, title_of(s, s.text.enrolment_title, v.failed || is_locked), html);
}

result<std::string> enrolment_code_page(const site& s, const enrolment_code_view& v) {
  const auto picture = qr_code::of(v.uri);
  if (!picture) return picture.error();
  const bool is_locked = v.locked_for.count() > 0;
  std::string html = step_and_heading(s.text.review_step, s.text.enrolment_scan_title);
  if (v.failed) {
    html += complaint(s.text.enrolment_code_wrong_title, "code", s.text.enrolment_code_wrong);
  }
  if (is_locked) html += locked(s, v.locked_for);
  html += paragraph("lead", escape(s.text.enrolment_scan));
  html += qr_svg(*picture, s.text.enrolment_picture);
  html += "<p>" + escape(s.text.enrolment_type) + " <code class=\"secret\">" +
          in_groups_of_four(v.secret) + "</code></p>\n<p>" + escape(s.text.enrolment_then) +
          "</p>\n";
  const std::string code = field("code", s.text.enrolment_code, {},
                                 "type=\"text\" class=\"code\" inputmode=\"numeric\" "
                                 "autocomplete=\"one-time-code\" maxlength=\"7\"",
                                 v.failed);
  html += form("/enrolment/code", v.handle, v.csrf, code, s.text.enrolment_finish_button);
  html += paragraph("quiet", escape(s.text.enrolment_until_then));
  return framed(s, title_of(s, s.text.enrolment_scan_title, v.failed || is_locked), html);
}

std::string enrolment_done_page(const site& s) {
  return framed(s, escape(s.text.enrolment_done_title),
                "<h1>" + escape(s.text.enrolment_done_title) + "</h1>\n" +
                    paragraph("lead", escape(s.text.enrolment_done)));
}

}  // namespace multipass
