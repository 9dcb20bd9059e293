#include <cstdint>

#include "consent/consent_entry.hpp"
#include "consent/consents_pages.hpp"
#include "consent/form_parts.hpp"
#include "consent/html.hpp"

namespace multipass {
namespace {

std::string withdraw_path(const consent& c) {
  return "/consents/" + std::to_string(static_cast<std::int64_t>(c.id)) + "/withdraw";
}

// To a screen reader, which may jump from button to button, each says whose access it is.
std::string withdraw_link(const site& s, const consent& c) {
  return "<a class=\"button secondary\" href=\"" + withdraw_path(c) + "\" aria-label=\"" +
         fill(s.text.withdraw_button_of, {escape(c.tpp_name)}) + "\">" +
         escape(s.text.withdraw_button) + "</a>\n";
}

// Lists without bullets are none to some screen readers, unless their role says so.
std::string part(const site& s, const consents_view& v, bool live) {
  std::string items;
  for (const consent_entry& e : v.entries) {
    if (e.live != live) continue;
    items += "<li class=\"consent\">\n<h3>" + escape_name(e.given.tpp_name) + "</h3>\n";
    items += facts_of(s, e);
    if (live) items += withdraw_link(s, e.given);
    items += "</li>\n";
  }
  if (items.empty()) return {};
  return "<h2>" + escape(live ? s.text.consents_live : s.text.consents_ended) +
         "</h2>\n<ul class=\"consents\" role=\"list\">\n" + items + "</ul>\n";
}

std::string page_link(std::size_t page, std::string_view text, std::string_view relation) {
  return "<a class=\"button secondary\" rel=\"" + std::string(relation) +
         "\" href=\"/consents?page=" + std::to_string(page) + "\">" + escape(text) + "</a>\n";
}

std::string page_links(const site& s, const consents_view& v) {
  if (v.pages == 1) return {};
  std::string html = "<nav aria-label=\"" + escape(s.text.pages) + "\">\n<p class=\"quiet\">";
  html += fill(s.text.page_of, {std::to_string(v.page), std::to_string(v.pages)});
  html += "</p>\n<div class=\"buttons\">";
  if (v.page > 1) html += page_link(v.page - 1, s.text.page_before, "prev");
  if (v.page < v.pages) html += page_link(v.page + 1, s.text.page_after, "next");
  return html + "</div>\n</nav>\n";
}

std::string outcome(const site& s, const consents_view& v) {
  if (!v.asked_to_end || !v.asked_to_end->ended_at) return {};
  const bool withdrawn = v.asked_to_end->reason == end_reason::withdrawn;
  const std::string name = escape_name(v.asked_to_end->tpp_name);
  return withdrawn ? done_summary(s.text.withdrawn_title, fill(s.text.withdrawn, {name}))
                   : done_summary(s.text.ended_before_title, fill(s.text.ended_before, {name}));
}

std::string logged_in_as(const site& s, const std::string& psu_name) {
  return "<p class=\"who\">" + fill(s.text.logged_in_as, {escape_name(psu_name)}) + "</p>\n";
}

}  // namespace

std::string consents_page(const site& s, const consents_view& v) {
  const std::string live = part(s, v, true);
  // On a later page there may be none, though the PSU gave some.
  const bool none = live.empty() && v.page == 1;
  std::string html = step_and_heading({}, s.text.consents_title) + outcome(s, v);
  html += logged_in_as(s, v.psu_name) + "<p class=\"lead\">";
  html += escape(none ? s.text.consents_none : s.text.consents_intro) + "</p>\n";
  html += live + part(s, v, false) + page_links(s, v);
  html += "<form method=\"post\" action=\"/consents/logout\">\n" + hidden_fields({{}, {}, v.csrf});
  html += "<button type=\"submit\" class=\"secondary\">" + escape(s.text.logout_button) +
          "</button>\n</form>\n";
  return framed(s, escape(s.text.consents_title), html);
}

std::string withdrawal_page(const site& s, const withdrawal_view& v) {
  const consent& given = v.entry.given;
  const std::string name = escape_name(given.tpp_name);
  std::string html = step_and_heading({}, s.text.withdraw_title) + logged_in_as(s, v.psu_name);
  html += "<p class=\"lead\">" + fill(s.text.withdraw_intro, {"<strong>" + name + "</strong>"});
  html += "</p>\n<h2>" + name + "</h2>\n" + facts_of(s, v.entry);
  html += "<p class=\"quiet\">" + fill(s.text.withdraw_kept, {name}) + "</p>\n";
  html += "<form method=\"post\" action=\"" + withdraw_path(given) + "\">\n";
  html += hidden_fields({{}, {}, v.csrf});
  html += "<div class=\"buttons\"><button type=\"submit\" class=\"primary\">" +
          escape(s.text.withdraw_confirm) + "</button>\n";
  html += "<a class=\"button secondary\" href=\"/consents\">" + escape(s.text.withdraw_cancel) +
          "</a></div>\n</form>\n";
  return framed(s, escape(s.text.withdraw_title), html);
}

}  // namespace multipass
