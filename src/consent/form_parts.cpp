#include "consent/form_parts.hpp"

#include "consent/html.hpp"

namespace multipass {
namespace {

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escape(value) +
         "\">\n";
}

}  // namespace

std::string step_and_heading(std::string_view step, std::string_view heading) {
  const std::string above = step.empty() ? "" : "<p class=\"step\">" + escape(step) + "</p>\n";
  return above + "<h1>" + escape(heading) + "</h1>\n";
}

std::string problem_summary(std::string_view heading, std::string_view html) {
  return "<div class=\"problem\" id=\"problem\" role=\"alert\" tabindex=\"-1\" autofocus>\n<h2>" +
         escape(heading) + "</h2>\n" + std::string(html) + "</div>\n";
}

std::string done_summary(std::string_view heading, std::string_view html) {
  return "<div class=\"done\" id=\"done\" role=\"status\" tabindex=\"-1\" autofocus>\n<h2>" +
         escape(heading) + "</h2>\n<p>" + std::string(html) + "</p>\n</div>\n";
}

std::string fact(std::string_view label, std::string_view html) {
  return "<div><dt>" + escape(label) + "</dt><dd>" + std::string(html) + "</dd></div>\n";
}

std::string hidden_fields(const form_fields& f) {
  std::string html = hidden("csrf", f.csrf);
  if (!f.client_id.empty()) html += hidden("clientId", f.client_id);
  if (!f.handle.empty()) html += hidden("x-request-id", f.handle);
  return html;
}

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

std::string title_of(const site& s, std::string_view heading, bool came_back) {
  const std::string title = escape(heading);
  return came_back ? fill(s.text.title_after_error, {title}) : title;
}

}  // namespace multipass
