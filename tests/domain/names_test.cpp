#include "domain/names.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(domain_names)

BOOST_AUTO_TEST_CASE(user_names_have_their_alphabet_and_length) {
  const auto longest = std::string(64, 'a');
  for (const auto& good : {std::string("a"), std::string("A.b_c@d-9"), longest}) {
    BOOST_TEST(check_username(good).has_value(), good);
    BOOST_TEST(check_tpp_username(good).has_value(), good);
  }
  for (const auto& bad : {std::string(), longest + "a", std::string("a b"), std::string("a/b"),
                          std::string("\xC3\xA9"), std::string("a\0b", 3), std::string("a+b")}) {
    BOOST_TEST(!check_username(bad), bad);
    BOOST_TEST(!check_tpp_username(bad), bad);
  }
}

BOOST_AUTO_TEST_CASE(a_tpp_is_not_named_like_a_client) {
  for (const auto* bad : {"tpp__1", "__0", "a__b__22", "tpp___7"}) {
    BOOST_TEST(check_username(bad).has_value(), bad);
    BOOST_TEST(!check_tpp_username(bad), bad);
  }
  for (const auto* good : {"tpp_1", "tpp__", "tpp__x", "__1x", "1", "tpp__1_"}) {
    BOOST_TEST(check_tpp_username(good).has_value(), good);
  }
}

BOOST_AUTO_TEST_CASE(client_ids_are_read_back) {
  for (const auto* name : {"username", "a", "a__b", "a_", "x-1", "9"}) {
    for (const std::int64_t n : {std::int64_t{1}, std::int64_t{10}, INT64_MAX}) {
      const auto text = make_client_id(name, n);
      const auto read = parse_client_id(text);
      BOOST_REQUIRE_MESSAGE(read, text);
      BOOST_TEST(read->username == name);
      BOOST_TEST(read->number == n);
    }
  }
  BOOST_TEST(make_client_id("username", 1) == "username__1");
}

BOOST_AUTO_TEST_CASE(what_is_no_client_id_is_refused) {
  const std::vector<std::string> rows{
      "",
      "username",
      "username__",
      "username_1",
      "__1",
      "username__0",
      "username__01",
      "username__-1",
      "username__1x",
      "a b__1",
      "user__1__2",
      "username__9223372036854775808",
      "username__1 ",
      std::string(65, 'a') + "__1",
  };
  for (const auto& text : rows) BOOST_TEST(!parse_client_id(text), text);
}

BOOST_AUTO_TEST_CASE(redirect_uris_are_https_or_loopback_where_allowed) {
  struct row {
    std::string uri;
    bool bank, sandbox;
  };
  const std::vector<row> rows{
      {"https://tpp.example/callback", true, true},
      {"https://tpp.example", true, true},
      {"https://tpp.example:8443/cb?a=b&c=d", true, true},
      {"https://[2001:db8::1]/cb", true, true},
      {"http://127.0.0.1:9090/callback", false, true},
      {"http://localhost/cb", false, true},
      {"http://[::1]:9/cb", false, true},
      {"http://tpp.example/cb", false, false},
      {"http://127.0.0.1.evil.example/cb", false, false},
      {"http://localhost.evil.example/cb", false, false},
      {"https://1.2.3.4user@evil.example/cb", false, false},
      {"https://user@tpp.example/cb", false, false},
      {"https://user:pw@tpp.example/cb", false, false},
      {"https://tpp.example/cb#part", false, false},
      {"https:///cb", false, false},
      {"//tpp.example/cb", false, false},
      {"/cb", false, false},
      {"javascript:alert(1)", false, false},
      {"https://tpp.example/a b", false, false},
      {"https://tpp.example/\r\nSet-Cookie:a=b", false, false},
      {"myapp://callback", false, false},
      {"", false, false},
  };
  for (const auto& [uri, bank, sandbox] : rows) {
    BOOST_TEST(check_redirect_uri(uri, false).has_value() == bank, uri);
    BOOST_TEST(check_redirect_uri(uri, true).has_value() == sandbox, uri);
  }
  const auto padded = [](std::size_t size) {
    std::string uri = "https://tpp.example/";
    return uri.append(size - uri.size(), 'a');
  };
  BOOST_TEST(check_redirect_uri(padded(2048), false).has_value());
  BOOST_TEST(!check_redirect_uri(padded(2049), false));
}

BOOST_AUTO_TEST_CASE(organization_identifiers) {
  for (const auto* good : {"PSDGB-FCA-123456", "PSDDE-BAFIN-1", "PSDFR-ACPR-a.b/c-d",
                           "VATDE-123456789", "NTRGB-12345678"}) {
    BOOST_TEST(check_organization(good).has_value(), good);
  }
  for (const auto* bad : {"", "P", "PSDGB", "PSDGB-", "PSDGB-FCA", "PSDGB-FCA-", "PSDGB-F-123456",
                          "PSDGB--1", "PSDGB-fca-123456", "PSDGB-ABCDEFGHI-1", "psdGB-FCA-123456",
                          "PSDG1-FCA-123456", "PSDGBFCA-123456", "PSDGB-FCA-123 456",
                          "PSDGB-FCA-123\n", "PSDGB-FCA-\xC3\xA9", "VATDE-", " PSDGB-FCA-123456"}) {
    BOOST_TEST(!check_organization(bad), bad);
  }
  const std::string longest = "VATDE-" + std::string(122, '1');
  BOOST_TEST(check_organization(longest).has_value());
  BOOST_TEST(!check_organization(longest + '1'));
}

BOOST_AUTO_TEST_CASE(a_query_is_appended_and_the_existing_one_kept) {
  BOOST_TEST(with_query("https://t/cb", {{"a", "1"}, {"b", "2"}}) == "https://t/cb?a=1&b=2");
  BOOST_TEST(with_query("https://t/cb?x=y", {{"a", "1"}}) == "https://t/cb?x=y&a=1");
  BOOST_TEST(with_query("https://t/cb?", {{"a", "1"}}) == "https://t/cb?a=1");
  BOOST_TEST(with_query("https://t/cb?x=y&", {{"a", "1"}}) == "https://t/cb?x=y&a=1");
  BOOST_TEST(with_query("https://t/cb", {{"state", ""}, {"a", "1"}}) == "https://t/cb?a=1");
  BOOST_TEST(with_query("https://t/cb", {{"a", " &=#%+\r\n\xC3\xA9~"}}) ==
             "https://t/cb?a=%20%26%3D%23%25%2B%0D%0A%C3%A9~");
}

BOOST_AUTO_TEST_SUITE_END()
