// A browser's part in the consent page over real sockets: keeps cookies, follows nothing, fills in
// forms as it is told. consent/consent_visitor.hpp is its counterpart without sockets.
#pragma once

#include <map>
#include <string>

#include "support/sandbox_client.hpp"

namespace multipass::testing {

class socket_browser {
 public:
  explicit socket_browser(std::string address) : address_(std::move(address)) {}

  reply get(const std::string& path, const sandbox_client::handle& h) {
    return keep(testing::get(address_, path + "?" + fields_of(h), cookie_line()));
  }
  reply get(const std::string& target) {
    return keep(testing::get(address_, target, cookie_line()));
  }
  reply post(const std::string& path, const std::string& form) {
    return keep(testing::post(address_, path, form_line + cookie_line(), form));
  }
  /// `more` begins with '&'.
  reply post(const std::string& path, const sandbox_client::handle& h, const std::string& more) {
    return keep(testing::post(address_, path, form_line + cookie_line(), fields_of(h) + more));
  }

  /// From the log-in page to the answer to its form.
  reply log_in(const sandbox_client::handle& h, const std::string& username = "john",
               const std::string& password = "sandbox-password",
               const std::string& code = "000000") {
    const auto csrf = hidden(get("/consent", h), "csrf");
    return post(
        "/consent/login", h,
        "&csrf=" + csrf + "&username=" + username + "&password=" + password + "&code=" + code);
  }

  /// The same to the list of consents.
  reply log_in_to_consents(const std::string& username = "john",
                           const std::string& password = "sandbox-password") {
    const auto csrf = hidden(get("/consents"), "csrf");
    return post("/consents/login", "csrf=" + csrf + "&username=" + username +
                                       "&password=" + password + "&code=000000");
  }

  static std::string hidden(const reply& page, const std::string& name) {
    return between(page.body, "name=\"" + name + "\" value=\"", "\"");
  }
  static std::string fields_of(const sandbox_client::handle& h) {
    return "clientId=" + h.client_id + "&x-request-id=" + h.request_id;
  }

  std::map<std::string, std::string> cookies;

 private:
  std::string cookie_line() const {
    std::string line;
    for (const auto& [name, value] : cookies) {
      line += (line.empty() ? "Cookie: " : "; ") + name + '=' + value;
    }
    return line.empty() ? line : line + "\r\n";
  }
  reply keep(reply r) {
    const auto set = r.header("set-cookie");
    const auto equals = set.find('=');
    if (equals != std::string::npos) {
      cookies[set.substr(0, equals)] = between(set, "=", ";");
    }
    return r;
  }

  std::string address_;
};

}  // namespace multipass::testing
