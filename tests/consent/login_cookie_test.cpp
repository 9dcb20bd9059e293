#include "consent/login_cookie.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace multipass;

namespace {

const server_key key(std::string(32, 'k'));
const digest handle = sha256("XHGFmOO0KhgM4zPi3nto");
const digest other_handle = sha256("other");
const timestamp end{std::chrono::seconds{1'800'000'000}};
const timestamp before = end - std::chrono::seconds{1};

std::string cookie() {
  return make_login_cookie(key, handle, "john.doe@x-1_2", end);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_login_cookie)

BOOST_AUTO_TEST_CASE(names_who_logged_in_until_it_ends) {
  BOOST_TEST(psu_of_login_cookie(key, handle, cookie(), before).value() == "john.doe@x-1_2");
  BOOST_TEST(!psu_of_login_cookie(key, handle, cookie(), end));
  BOOST_TEST(!psu_of_login_cookie(key, handle, cookie(), end + std::chrono::hours{1}));
}

BOOST_AUTO_TEST_CASE(is_good_for_its_handle_and_its_server_only) {
  BOOST_TEST(!psu_of_login_cookie(key, other_handle, cookie(), before));
  BOOST_TEST(!psu_of_login_cookie(server_key(std::string(32, 'x')), handle, cookie(), before));
}

BOOST_AUTO_TEST_CASE(tampered_anywhere_it_is_refused) {
  const std::string good = cookie();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(!psu_of_login_cookie(key, handle, bad, before), "changed at " << i);
    BOOST_TEST(!psu_of_login_cookie(key, handle, good.substr(0, i), before), "cut at " << i);
  }
  for (const char* text : {"", ".", "...", "a.b.c.d"}) {
    BOOST_TEST(!psu_of_login_cookie(key, handle, text, before), text);
  }
}

BOOST_AUTO_TEST_CASE(a_later_end_cannot_be_written_into_it) {
  std::string forged = cookie();
  forged.replace(forged.find("1800000000"), 10, "1900000000");
  BOOST_TEST(!psu_of_login_cookie(key, handle, forged, before));
}

BOOST_AUTO_TEST_CASE(each_log_in_has_a_value_of_its_own) {
  BOOST_TEST(cookie() != cookie());
}

BOOST_AUTO_TEST_CASE(a_form_token_belongs_to_its_cookie) {
  const std::string token = csrf_token(key, handle, "cookie");
  BOOST_TEST(csrf_token_matches(key, handle, "cookie", token));
  BOOST_TEST(!csrf_token_matches(key, handle, "cookiE", token));
  BOOST_TEST(!csrf_token_matches(key, handle, "cookie", ""));
  BOOST_TEST(!csrf_token_matches(key, handle, "cookie", token + "A"));
  BOOST_TEST(!csrf_token_matches(key, handle, "cookie", csrf_token(key, handle, "x")));
  BOOST_TEST(!csrf_token_matches(key, other_handle, "cookie", token));
  BOOST_TEST(!csrf_token_matches(key, handle, "", csrf_token(key, handle, "")));
}

BOOST_AUTO_TEST_CASE(a_form_token_is_no_log_in) {
  BOOST_TEST(!psu_of_login_cookie(
      key, handle, "a.b.1900000000." + csrf_token(key, handle, "a.b.1900000000"), before));
}

BOOST_AUTO_TEST_CASE(two_tabs_have_two_names) {
  for (const bool secure : {true, false}) {
    BOOST_TEST(form_cookie_name(handle, secure) != form_cookie_name(other_handle, secure));
    BOOST_TEST(login_cookie_name(handle, secure) != login_cookie_name(other_handle, secure));
    BOOST_TEST(login_cookie_name(handle, secure) != form_cookie_name(handle, secure));
  }
  BOOST_TEST(login_cookie_name(handle, false).size() ==
             std::string("multipass-login-01234567").size());
  BOOST_TEST(login_cookie_name(handle, true) == "__Host-" + login_cookie_name(handle, false));
}

BOOST_AUTO_TEST_CASE(finds_a_cookie_among_others) {
  const struct {
    const char *header, *value;
  } rows[] = {{"", ""},           {"a=1", "1"},        {"b=2; a=1", "1"}, {"b=2;a=1;c=3", "1"},
              {"aa=2; a=1", "1"}, {"x=a=2; a=1", "1"}, {"a=", ""},        {"b=2", ""},
              {"a", ""},          {"a=1=2", "1=2"},    {"; ;a=1", "1"},   {"ab=1; ba=2", ""}};
  for (const auto& row : rows) BOOST_TEST(cookie_value(row.header, "a") == row.value, row.header);
}

BOOST_AUTO_TEST_CASE(cookies_are_out_of_reach_of_scripts_and_other_sites) {
  BOOST_TEST(set_cookie("a", "1", true) ==
             "Set-Cookie: a=1; HttpOnly; SameSite=Lax; Path=/; Secure\r\n");
  BOOST_TEST(set_cookie("a", "1", false) ==
             "Set-Cookie: a=1; HttpOnly; SameSite=Lax; Path=/consent\r\n");
  BOOST_TEST(set_cookie("a", "", false) ==
             "Set-Cookie: a=; HttpOnly; SameSite=Lax; Path=/consent; Max-Age=0\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
