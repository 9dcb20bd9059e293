#include "consent/frame.hpp"

#include "consent/html.hpp"

namespace multipass {
namespace {

// Decoration: it says nothing that the bank's name beside it does not say.
constexpr std::string_view mark =
    R"(<svg class="mark" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">)"
    R"(<path d="M12 2 2 7.5V9h20V7.5zM4.5 11v7H7v-7z)"
    R"(M10.75 11v7h2.5v-7zM17 11v7h2.5v-7zM2 20v2h20v-2z"/>)"
    R"(</svg>)";

}  // namespace

std::string framed(const site& s, std::string_view title, std::string_view content) {
  const std::string bank = escape(s.bank_name);
  std::string page = "<!DOCTYPE html>\n<html lang=\"";
  page += escape(s.text.language) + "\" dir=\"" + escape(s.text.direction);
  page +=
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>";
  page += fill(s.text.title, {title, bank});
  page +=
      "</title>\n<link rel=\"stylesheet\" href=\"/consent/style.css\">\n</head>\n<body>\n"
      "<header><div class=\"bank\"><div class=\"column\">";
  // The name stands beside it: to a screen reader the logo says nothing more.
  page += s.logo ? R"(<img class="logo" src="/consent/logo" alt="">)" : mark;
  page += "<span class=\"bank-name\">" + bank + "</span><span class=\"service\">";
  page += escape(s.text.service);
  page += "</span></div></div>\n";
  if (s.sandbox) {
    page += "<div class=\"sandbox\" role=\"note\"><div class=\"column\">";
    page += escape(s.text.sandbox) + "</div></div>\n";
  }
  page += "</header>\n<main class=\"column\">\n<div class=\"card\">\n";
  page += content;
  page += "</div>\n</main>\n<footer class=\"column\"><p>" + fill(s.text.foot, {bank});
  page += "</p></footer>\n</body>\n</html>\n";
  return page;
}

}  // namespace multipass
