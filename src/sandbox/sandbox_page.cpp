#include "sandbox/sandbox_page.hpp"

#include <string>

#include "base/replaced.hpp"

namespace multipass {

extern const std::string_view sandbox_page_html;    // src/sandbox/page.html
extern const std::string_view sandbox_page_style;   // src/sandbox/style.css
extern const std::string_view sandbox_page_script;  // src/sandbox/walk.js

namespace {

// The one script asks this server alone, and there is no form to send anywhere.
constexpr std::string_view page_lines =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\nReferrer-Policy: no-referrer\r\n";
constexpr std::string_view part_lines =
    "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n";

std::string url_of(const std::string& certificate, const std::string& address) {
  return (certificate.empty() ? "http://" : "https://") + address;
}

// Only bound listeners know their addresses.
std::string page(const config& settings) {
  const auto text =
      replaced(sandbox_page_html, "{public}", url_of(settings.tls_certificate, settings.listen));
  return replaced(text, "{private}", url_of(settings.admin_tls_certificate, settings.admin_listen));
}

}  // namespace

endpoint_table sandbox_page_endpoints(const config& settings) {
  auto html = [&settings](exchange& x) {
    x.out.html(200, page(settings), page_lines);
    return true;
  };
  auto style = [](exchange& x) {
    x.out.text(200, "text/css; charset=utf-8", sandbox_page_style, part_lines);
    return true;
  };
  auto script = [](exchange& x) {
    x.out.text(200, "text/javascript; charset=utf-8", sandbox_page_script, part_lines);
    return true;
  };
  return {{verb::get, "/", "sandbox_page", {}, html},
          {verb::get, "/sandbox/style.css", "sandbox_style", {}, style},
          {verb::get, "/sandbox/walk.js", "sandbox_script", {}, script}};
}

}  // namespace multipass
