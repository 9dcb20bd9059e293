#include "webhooks/target.hpp"

#include <boost/test/unit_test.hpp>

#include "webhooks/public_address.hpp"

using namespace multipass;

BOOST_AUTO_TEST_SUITE(webhook_targets)

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
  const auto t = parse_webhook_url("https://tpp.example:8443/hooks/a%20b?k=v&x", false).value();
  BOOST_TEST(t.tls);
  BOOST_TEST(t.host == "tpp.example");
  BOOST_TEST(t.port == 8443);
  BOOST_TEST(t.authority == "tpp.example:8443");
  BOOST_TEST(t.path == "/hooks/a%20b?k=v&x");
  const auto bare = parse_webhook_url("https://[2606:4700::1]", false).value();
  BOOST_TEST(bare.host == "2606:4700::1");
  BOOST_TEST(bare.authority == "[2606:4700::1]");
  BOOST_TEST(bare.port == 443);
  BOOST_TEST(bare.path == "/");
}

BOOST_AUTO_TEST_CASE(only_https_is_sent_to) {
  const std::string long_path(2048, 'a');
  for (const std::string& url : {std::string("http://tpp.example/"),
                                 std::string("http://127.0.0.1/"),
                                 std::string("ftp://tpp.example/"),
                                 std::string("file:///etc/passwd"),
                                 std::string("gopher://tpp.example/"),
                                 std::string("https:///path"),
                                 std::string("https:tpp.example"),
                                 std::string("//tpp.example/"),
                                 std::string("tpp.example"),
                                 std::string(),
                                 std::string("https://user@tpp.example/"),
                                 std::string("https://user:secret@tpp.example/"),
                                 std::string("https://@tpp.example/"),
                                 std::string("https://tpp.example/#part"),
                                 std::string("https://tpp.example/#"),
                                 std::string("https://tpp.example:0/"),
                                 std::string("https://tpp.example:65536/"),
                                 std::string("https://tpp.example:-1/"),
                                 std::string("https://tpp.example/a b"),
                                 std::string("https://tpp.example/\r\nX: y"),
                                 std::string("https://tpp%0d%0aX:y/"),
                                 std::string("https://tpp%00.example/"),
                                 std::string("https://[v1.fe80]/"),
                                 std::string("https://tpp.example%2fevil/"),
                                 std::string("https://b\xc3\xbc.example/"),
                                 "https://tpp.example/" + long_path}) {
    const auto parsed = parse_webhook_url(url, false);
    BOOST_TEST(!parsed, url);
    if (!parsed) BOOST_TEST(parsed.error().message.starts_with("url "), url);
  }
}

BOOST_AUTO_TEST_CASE(the_sandbox_may_send_to_itself_in_clear) {
  for (const auto* url : {"http://127.0.0.1:9/a", "http://localhost:9/a", "http://[::1]:9/a"}) {
    BOOST_TEST(parse_webhook_url(url, true).has_value(), url);
    BOOST_TEST(!parse_webhook_url(url, false), url);
  }
  BOOST_TEST(parse_webhook_url("http://127.0.0.1/", true).value().port == 80);
  for (const auto* url : {"http://127.0.0.2/", "http://tpp.example/", "http://localhost.evil/"}) {
    BOOST_TEST(!parse_webhook_url(url, true), url);
  }
}

BOOST_AUTO_TEST_CASE(special_addresses_are_not_public_in_any_form) {
  for (const auto* text :
       {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
        "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1",
        "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        // IPv6's own
        "::", "::1", "fe80::1", "fe80::a9fe:a9fe", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254",
        "fdff::1", "ff02::1", "ff0e::1", "100::1", "2001:db8::1", "2001:db8:ffff::1", "3fff::1",
        "3fff:fff::1", "5f00::1", "4000::1", "8000::1", "2001::1", "2001:2::1", "2001:10::1",
        "2001:20::1", "2001:1ff::1",
        // IPv4 hidden in IPv6: mapped, compatible, translated, NAT64, its local prefix, 6to4,
        // Teredo
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:192.168.0.1",
        "::ffff:0.0.0.0", "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::192.168.0.1",
        "64:ff9b:1::8.8.8.8", "64:ff9b:1::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1",
        "2002:c0a8:1::1", "2002:808:808::1", "2001:0:7f00:1::"}) {
    BOOST_TEST(!is_public(boost::asio::ip::make_address(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(their_neighbours_are) {
  for (const auto* text : {"1.1.1.1",         "8.8.8.8",
                           "9.255.255.255",   "11.0.0.0",
                           "100.63.255.255",  "100.128.0.0",
                           "126.255.255.255", "128.0.0.0",
                           "169.253.255.255", "169.255.0.0",
                           "172.15.255.255",  "172.32.0.0",
                           "192.0.1.0",       "192.0.3.0",
                           "192.167.255.255", "192.169.0.0",
                           "198.17.255.255",  "198.20.0.0",
                           "223.255.255.255", "2606:4700::1111",
                           "2001:200::1",     "2001:4860:4860::8888",
                           "2a00::1",         "::ffff:8.8.8.8",
                           "64:ff9b::8.8.8.8"}) {
    BOOST_TEST(is_public(boost::asio::ip::make_address(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(the_bank_may_allow_networks_of_its_own) {
  const auto allowed = parse_networks("10.1.0.0/16, fd00:1::/32").value();
  const auto may = [&](const char* a) {
    return may_receive(boost::asio::ip::make_address(a), allowed);
  };
  BOOST_TEST(may("10.1.2.3"));
  BOOST_TEST(may("::ffff:10.1.2.3"));
  BOOST_TEST(may("fd00:1::5"));
  BOOST_TEST(may("8.8.8.8"));
  BOOST_TEST(!may("10.2.0.1"));
  BOOST_TEST(!may("127.0.0.1"));
  BOOST_TEST(!may("64:ff9b::10.1.2.3"));
  BOOST_TEST(!may("fd00:2::5"));
}

BOOST_AUTO_TEST_SUITE_END()
