#include <chrono>
#include <cstdint>

#include "consent/form_parts.hpp"
#include "consent/html.hpp"
#include "consent/pages.hpp"
#include "consent/texts.hpp"

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

std::string accounts_part(const review_view& v) {
  if (v.accounts.empty()) return "<p class=\"none\">" + escape(texts::no_accounts) + "</p>\n";
  std::string boxes;
  for (const account_choice& choice : v.accounts) {
    const account& a = choice.value;
    const std::string number = std::to_string(static_cast<std::int64_t>(a.id));
    boxes += check_box("account", "account-" + number, number, choice.ticked,
                       "<span class=\"name\">" + escape_name(a.name) +
                           "</span> <span class=\"meaning\"><span class=\"iban\">" +
                           grouped_iban(a.iban) + "</span> " + escape(a.currency) + "</span>");
  }
  return fieldset("accounts", texts::accounts_title, texts::choose_account, v.account_missing,
                  boxes);
}

std::string scopes_part(const review_view& v) {
  std::string boxes;
  for (const texts::scope_text& text : texts::scopes) {
    if (!v.asked.contains(text.value)) continue;
    const std::string name(name_of(text.value));
    boxes += check_box("scope", "scope-" + name, name, v.ticked.contains(text.value),
                       "<span class=\"name\">" + escape(text.name) +
                           "</span> <span class=\"meaning\">" + escape(text.meaning) + "</span>");
  }
  return fieldset("scopes", texts::scopes_title, texts::choose_scope, v.scope_missing, boxes);
}

std::string complaints(const review_view& v) {
  const auto line = [](std::string_view id, std::string_view text) {
    return "<li><a href=\"#" + std::string(id) + "\">" + escape(text) + "</a></li>\n";
  };
  std::string list = "<ul>\n";
  if (v.account_missing) list += line("accounts", texts::choose_account);
  if (v.scope_missing) list += line("scopes", texts::choose_scope);
  return problem_summary(texts::choice_missing_title, list + "</ul>\n");
}

std::string facts(const review_view& v) {
  const auto row = [](std::string_view label, const std::string& html) {
    return "<div><dt>" + escape(label) + "</dt><dd>" + html + "</dd></div>\n";
  };
  return "<dl class=\"facts\">\n" + row(texts::until_label, date_of(v.until)) +
         row(texts::return_label, escape_name(v.return_host)) + "</dl>\n";
}

std::string assurances(const site& s, const review_view& v) {
  std::string html = "<div class=\"never\"><h2>" + escape(texts::never_title) + "</h2>\n<ul>\n";
  for (const std::string_view line : texts::never) html += "<li>" + escape(line) + "</li>\n";
  return html + "</ul></div>\n<p class=\"quiet\">" +
         fill(texts::withdraw, {escape(s.bank_name), escape_name(v.tpp_name)}) + "</p>\n";
}

std::string buttons(bool may_approve) {
  std::string html = "<div class=\"buttons\">";
  if (may_approve) {
    html += "<button type=\"submit\" class=\"primary\" name=\"decision\" value=\"approve\">" +
            escape(texts::approve_button) + "</button>\n";
  }
  return html + "<button type=\"submit\" class=\"secondary\" name=\"decision\" value=\"deny\">" +
         escape(texts::deny_button) + "</button></div>\n";
}

}  // namespace

std::string date_of(timestamp t) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(t)};
  return fill(texts::date, {std::to_string(static_cast<unsigned>(day.day())),
                            escape(texts::months[static_cast<unsigned>(day.month()) - 1]),
                            std::to_string(static_cast<int>(day.year()))});
}

std::string review_page(const site& s, const review_view& v) {
  const bool came_back = v.account_missing || v.scope_missing;
  std::string html = step_and_heading(texts::review_step, texts::review_title);
  if (came_back) html += complaints(v);
  html += "<p class=\"who\">" + fill(texts::logged_in_as, {escape_name(v.psu_name)}) + "</p>\n";
  html += "<p class=\"lead\">" +
          fill(texts::review_intro, {"<strong>" + escape_name(v.tpp_name) + "</strong>"}) +
          "</p>\n" + facts(v);
  html += "<form method=\"post\" action=\"/consent/decision\">\n";
  // Enter on a check box presses the first button of its form. This one only brings the page again
  // as it is ticked: nobody approves or denies by accident. (Disabled instead, Chrome takes the
  // next.)
  html += "<button type=\"submit\" name=\"decision\" value=\"none\" hidden></button>\n";
  html += hidden_fields(v.form) + accounts_part(v) + scopes_part(v) + assurances(s, v);
  html += buttons(!v.accounts.empty()) + "</form>\n";
  return framed(s, title_of(texts::review_title, came_back), html);
}

}  // namespace multipass
