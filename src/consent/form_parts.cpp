#include "consent/form_parts.hpp"

#include "consent/html.hpp"
#include "consent/texts.hpp"

namespace multipass {
namespace {

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escape(value) +
         "\">\n";
}

}  // namespace

std::string step_and_heading(std::string_view step, std::string_view heading) {
  return "<p class=\"step\">" + escape(step) + "</p>\n<h1>" + escape(heading) + "</h1>\n";
}

std::string problem_summary(std::string_view heading, std::string_view html) {
  return "<div class=\"problem\" id=\"problem\" role=\"alert\" tabindex=\"-1\" autofocus>\n<h2>" +
         escape(heading) + "</h2>\n" + std::string(html) + "</div>\n";
}

std::string hidden_fields(const form_fields& f) {
  return hidden("clientId", f.client_id) + hidden("x-request-id", f.handle) +
         hidden("csrf", f.csrf);
}

std::string title_of(std::string_view heading, bool came_back) {
  const std::string title = escape(heading);
  return came_back ? fill(texts::title_after_error, {title}) : title;
}

}  // namespace multipass
