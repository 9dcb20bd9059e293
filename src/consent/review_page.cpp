#include <chrono>
#include <cstdint>

#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/pages.hpp"

namespace multipass {
namespace {

std::string check_box(std::string_view name, std::string_view id, std::string_view value,
                      bool ticked, std::string_view label_html) {
  std::string html = "<div class=\"choice\"><input type=\"checkbox\" id=\"" + std::string(id);
  html += "\" name=\"" + std::string(name) + "\" value=\"" + escape(value) + '"';
  if (ticked) html += " checked";
  html += "><label for=\"" + std::string(id) + "\">" + std::string(label_html);
  return html + "</label></div>\n";
}

std::string fieldset(std::string_view id, std::string_view legend, std::string_view complaint,
                     bool complained, std::string_view boxes) {
  const std::string problem_id = std::string(id) + "-problem";
  std::string html = "<fieldset id=\"" + std::string(id) + "\" tabindex=\"-1\"";
  if (complained) html += " class=\"wrong\" aria-describedby=\"" + problem_id + '"';
  html += ">\n<legend>" + escape(legend) + "</legend>\n";
  if (complained) {
    html += "<p class=\"complaint\" id=\"" + problem_id + "\">" + escape(complaint) + "</p>\n";
  }
  return html + std::string(boxes) + "</fieldset>\n";
}

std::string accounts_part(const site& s, const review_view& v) {
  if (v.accounts.empty()) return "<p class=\"none\">" + escape(s.text.no_accounts) + "</p>\n";
  std::string boxes;
  for (const account_choice& choice : v.accounts) {
    const account& a = choice.value;
    const std::string number = std::to_string(static_cast<std::int64_t>(a.id));
    boxes += check_box("account", "account-" + number, number, choice.ticked,
                       "<span class=\"name\">" + escape_name(a.name) +
                           "</span> <span class=\"meaning\"><span class=\"iban\">" +
                           grouped_iban(a.iban) + "</span> " + escape(a.currency) + "</span>");
  }
  return fieldset("accounts", s.text.accounts_title, s.text.choose_account, v.account_missing,
                  boxes);
}

std::string scopes_part(const site& s, const review_view& v) {
  std::string boxes;
  for (const scope_text& text : scopes_of(s.text)) {
    if (!v.asked.contains(text.value)) continue;
    const std::string name(name_of(text.value));
    boxes += check_box("scope", "scope-" + name, name, v.ticked.contains(text.value),
                       "<span class=\"name\">" + escape(text.name) +
                           "</span> <span class=\"meaning\">" + escape(text.meaning) + "</span>");
  }
  return fieldset("scopes", s.text.scopes_title, s.text.choose_scope, v.scope_missing, boxes);
}

std::string complaints(const site& s, const review_view& v) {
  const auto line = [](std::string_view id, std::string_view text) {
    return "<li><a href=\"#" + std::string(id) + "\">" + escape(text) + "</a></li>\n";
  };
  std::string list = "<ul>\n";
  if (v.account_missing) list += line("accounts", s.text.choose_account);
  if (v.scope_missing) list += line("scopes", s.text.choose_scope);
  return problem_summary(s.text.choice_missing_title, list + "</ul>\n");
}

std::string facts(const site& s, const review_view& v) {
  return "<dl class=\"facts\">\n" + fact(s.text.until_label, date_of(s.text, v.until)) +
         fact(s.text.return_label, escape_name(v.return_host)) + "</dl>\n";
}

std::string assurances(const site& s, const review_view& v) {
  std::string html = "<div class=\"never\"><h2>" + escape(s.text.never_title) + "</h2>\n<ul>\n";
  for (const std::string& line : s.text.never) html += "<li>" + escape(line) + "</li>\n";
  const std::string link =
      "<a href=\"/consents\">" + fill(s.text.withdraw_link, {escape(s.bank_name)}) + "</a>";
  return html + "</ul></div>\n<p class=\"quiet\">" +
         fill(s.text.withdraw, {link, escape_name(v.tpp_name)}) + "</p>\n";
}

std::string buttons(const site& s, bool may_approve) {
  std::string html = "<div class=\"buttons\">";
  if (may_approve) {
    html += "<button type=\"submit\" class=\"primary\" name=\"decision\" value=\"approve\">" +
            escape(s.text.approve_button) + "</button>\n";
  }
  return html + "<button type=\"submit\" class=\"secondary\" name=\"decision\" value=\"deny\">" +
         escape(s.text.deny_button) + "</button></div>\n";
}

}  // namespace

std::string date_of(const texts& words, timestamp t) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(t)};
  return fill(words.date, {std::to_string(static_cast<unsigned>(day.day())),
                           escape(words.months[static_cast<unsigned>(day.month()) - 1]),
                           std::to_string(static_cast<int>(day.year()))});
}

std::string review_page(const site& s, const review_view& v) {
  const bool came_back = v.account_missing || v.scope_missing;
  std::string html = step_and_heading(s.text.review_step, s.text.review_title);
  if (came_back) html += complaints(s, v);
  html += "<p class=\"who\">" + fill(s.text.logged_in_as, {escape_name(v.psu_name)}) + "</p>\n";
  html += "<p class=\"lead\">" +
          fill(s.text.review_intro, {"<strong>" + escape_name(v.tpp_name) + "</strong>"}) +
          "</p>\n" + facts(s, v);
  html += "<form method=\"post\" action=\"/consent/decision\">\n";
  // Enter on a check box presses the first button of its form. This one only brings the page again
  // as it is ticked: nobody approves or denies by accident. (Disabled instead, Chrome takes the
  // next.)
  html += "<button type=\"submit\" name=\"decision\" value=\"none\" hidden></button>\n";
  html += hidden_fields(v.form) + accounts_part(s, v) + scopes_part(s, v) + assurances(s, v);
  html += buttons(s, !v.accounts.empty()) + "</form>\n";
  return framed(s, title_of(s, s.text.review_title, came_back), html);
}

}  // namespace multipass
