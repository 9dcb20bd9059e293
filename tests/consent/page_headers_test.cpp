#include "consent/page_headers.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>

using namespace multipass;

namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_page_headers)

BOOST_AUTO_TEST_CASE(origin_is_scheme_host_and_port_in_lower_case) {
  const struct {
    const char *uri, *origin, *host;
  } rows[] = {{"https://tpp.example/callback?x=1", "https://tpp.example", "tpp.example"},
              {"HTTPS://TPP.Example:443/", "https://tpp.example", "tpp.example"},
              {"https://tpp.example:8443", "https://tpp.example:8443", "tpp.example:8443"},
              {"https://tpp.example?x=/a", "https://tpp.example", "tpp.example"},
              {"http://127.0.0.1:9090/callback", "http://127.0.0.1:9090", "127.0.0.1:9090"},
              {"http://localhost:80/x", "http://localhost", "localhost"},
              {"http://[::1]:9090/x", "http://[::1]:9090", "[::1]:9090"},
              {"no uri", "", ""}};
  for (const auto& row : rows) {
    BOOST_TEST(origin_of(row.uri) == row.origin);
    BOOST_TEST(host_of(row.uri) == row.host);
  }
}

BOOST_AUTO_TEST_CASE(every_page_is_locked_down) {
  for (const std::string& lines : {page_headers(), form_page_headers()}) {
    BOOST_TEST(holds(lines, "default-src 'none'"));
    BOOST_TEST(holds(lines, "frame-ancestors 'none'"));
    BOOST_TEST(holds(lines, "base-uri 'none'"));
    BOOST_TEST(holds(lines, "X-Frame-Options: DENY\r\n"));
    BOOST_TEST(holds(lines, "X-Content-Type-Options: nosniff\r\n"));
    BOOST_TEST(!holds(lines, "unsafe"));
    BOOST_TEST(!holds(lines, "script-src"));
  }
  BOOST_TEST(holds(page_headers(), "form-action 'none'\r\n"));
  BOOST_TEST(holds(page_headers(), "Referrer-Policy: no-referrer\r\n"));
  BOOST_TEST(holds(form_page_headers(), "Referrer-Policy: no-referrer\r\n"));
}

BOOST_AUTO_TEST_CASE(a_form_may_lead_where_the_request_for_consent_returns) {
  const struct {
    const char *redirect_uri, *form_action;
  } rows[] = {{"", "form-action 'self'\r\n"},
              {"https://tpp.example/callback", "form-action 'self' https:\r\n"},
              {"http://127.0.0.1:9090/callback", "form-action 'self' http://127.0.0.1:9090\r\n"},
              {"http://[::1]:9090/callback", "form-action 'self' http:\r\n"},
              {"http://a;script-src *", "form-action 'self' http:\r\n"}};
  for (const auto& row : rows) {
    BOOST_TEST(holds(form_page_headers(row.redirect_uri), row.form_action), row.redirect_uri);
  }
}

BOOST_AUTO_TEST_CASE(only_our_own_origin_may_post) {
  config bank;
  bank.public_url = "https://Pay.Bank.example:443";
  config sandbox;
  sandbox.sandbox = true;
  const struct {
    const config& settings;
    const char* origin;
    bool may;
    const char* site = "";
  } rows[] = {{bank, "", true},
              {bank, "https://pay.bank.example", true},
              {bank, "https://bank.example", false},
              {bank, "https://pay.bank.example.evil.example", false},
              {bank, "http://pay.bank.example", false},
              {bank, "null", true},
              {bank, "null", true, "same-origin"},
              {bank, "null", false, "cross-site"},
              {bank, "null", false, "same-site"},
              {bank, "https://pay.bank.example", true, "same-origin"},
              {bank, "https://pay.bank.example", false, "cross-site"},
              {bank, "", false, "none"},
              {bank, "http://127.0.0.1:8080", false},
              {bank, "http://localhost:8080", false},
              {sandbox, "http://127.0.0.1:8080", true},
              {sandbox, "http://localhost:8080", true},
              {sandbox, "http://localhost:8081", false},
              {sandbox, "null", false, "cross-site"}};
  for (const auto& row : rows) {
    request post;
    post.origin = row.origin;
    post.sec_fetch_site = row.site;
    BOOST_TEST(may_post(post, row.settings) == row.may, row.origin << " from " << row.site);
  }
}

BOOST_AUTO_TEST_CASE(a_sandbox_with_tls_is_its_own_origin_by_https) {
  config sandbox;
  sandbox.sandbox = true;
  sandbox.listen = "127.0.0.1:8080";
  sandbox.tls_certificate = "server.pem";
  for (const auto& [origin, may] :
       {std::pair{"https://127.0.0.1:8080", true}, std::pair{"https://localhost:8080", true},
        std::pair{"http://localhost:8080", false}}) {
    request post;
    post.origin = origin;
    BOOST_TEST(may_post(post, sandbox) == may, origin);
  }
}

BOOST_AUTO_TEST_CASE(browsers_are_kept_to_https_where_they_came_by_it) {
  config bank;
  bank.public_url = "https://pay.bank.example";
  BOOST_TEST(transport_headers(bank) == "Strict-Transport-Security: max-age=31536000\r\n");
  bank.public_url = "http://pay.bank.example";
  BOOST_TEST(transport_headers(bank) == "");
  bank.public_url = "https://127.0.0.1:8080";
  bank.sandbox = true;
  BOOST_TEST(transport_headers(bank) == "");
}

BOOST_AUTO_TEST_SUITE_END()
