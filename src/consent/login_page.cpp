#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/pages.hpp"
#include "consent/texts.hpp"

namespace multipass {
namespace {

// `attributes` are literals. After a failed log-in all fields are marked: which one was wrong is
// told to nobody.
std::string field(std::string_view id, std::string_view label, std::string_view hint,
                  std::string_view attributes, bool failed) {
  const std::string name(id);
  const std::string hint_id = name + "-hint";
  std::string html = "<div class=\"field\">\n<label for=\"" + name + "\">" + escape(label);
  html += "</label>\n";
  if (!hint.empty()) {
    html += "<p class=\"hint\" id=\"" + hint_id + "\">" + escape(hint) + "</p>\n";
  }
  html += "<input id=\"" + name + "\" name=\"" + name + "\" required ";
  html += attributes;
  std::string described = hint.empty() ? "" : hint_id;
  if (failed) {
    html += " aria-invalid=\"true\"";
    described += described.empty() ? "problem" : " problem";
  }
  if (!described.empty()) html += " aria-describedby=\"" + described + "\"";
  return html + ">\n</div>\n";
}

std::string failure() {
  return problem_summary(texts::login_failed_title, "<p><a href=\"#username\">" +
                                                        escape(texts::login_failed) + "</a> " +
                                                        escape(texts::code_once) + "</p>\n");
}

std::string locked(std::chrono::minutes time) {
  const auto text = time.count() == 1 ? escape(texts::login_locked_shortly)
                                      : fill(texts::login_locked, {std::to_string(time.count())});
  return problem_summary(texts::login_locked_title, "<p>" + text + "</p>\n");
}

}  // namespace

std::string login_page(const site& s, const login_view& v) {
  std::string html = step_and_heading(texts::login_step, texts::login_title);
  const bool is_locked = v.locked_for.count() > 0;
  if (v.failed) html += failure();
  if (is_locked) html += locked(v.locked_for);
  html += "<p class=\"lead\">";
  html += fill(texts::login_intro,
               {"<strong>" + escape_name(v.tpp_name) + "</strong>", escape(s.bank_name)});
  html += "</p>\n<p>" + escape(texts::login_promise) + "</p>\n";
  html += "<form method=\"post\" action=\"/consent/login\">\n" + hidden_fields(v.form);
  html +=
      field("username", texts::username, {},
            "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" autocorrect=\"off\" "
            "spellcheck=\"false\" maxlength=\"64\" value=\"" +
                escape(v.username) + "\"",
            v.failed);
  html += field("password", texts::password, {},
                "type=\"password\" autocomplete=\"current-password\"", v.failed);
  html += field("code", texts::code, texts::code_hint,
                "type=\"text\" class=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" "
                "maxlength=\"7\"",
                v.failed);
  html += "<div class=\"buttons\"><button type=\"submit\" class=\"primary\">";
  html += escape(texts::login_button) + "</button></div>\n</form>\n";
  html += "<p class=\"quiet\">" + escape(texts::login_leave) + "</p>\n";
  return framed(s, title_of(texts::login_title, v.failed || is_locked), html);
}

}  // namespace multipass
