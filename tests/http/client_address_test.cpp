#include "http/client_address.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace multipass::testing {
namespace {

constexpr const char* balancer = "10.0.0.1";

std::string asked_by(const std::vector<std::string_view>& fields,
                     const std::string& from = balancer) {
  const auto trusted = parse_networks("10.0.0.0/8, 2001:db8:ffff::/48");
  return client_address(boost::asio::ip::make_address(from), fields, trusted.value()).to_string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_client_address)

BOOST_AUTO_TEST_CASE(without_the_field_it_is_the_peer) {
  BOOST_TEST(asked_by({}) == balancer);
  BOOST_TEST(asked_by({""}) == balancer);
  BOOST_TEST(asked_by({" , ,"}) == balancer);
}

BOOST_AUTO_TEST_CASE(the_word_of_others_is_ignored) {
  BOOST_TEST(asked_by({"192.0.2.7"}, "198.51.100.1") == "198.51.100.1");
  BOOST_TEST(asked_by({"10.0.0.2"}, "198.51.100.1") == "198.51.100.1");
}

BOOST_AUTO_TEST_CASE(the_forms_that_balancers_write) {
  const std::vector<std::pair<std::string_view, std::string>> rows{
      {"192.0.2.7", "192.0.2.7"},
      {"  192.0.2.7\t", "192.0.2.7"},
      {"192.0.2.7:4711", "192.0.2.7"},
      {"2001:db8::7", "2001:db8::7"},
      {"2001:DB8::7", "2001:db8::7"},
      {"[2001:db8::7]", "2001:db8::7"},
      {"[2001:db8::7]:4711", "2001:db8::7"},
      {"::ffff:192.0.2.7", "192.0.2.7"},
      {"[::ffff:192.0.2.7]:4711", "192.0.2.7"},
      {"192.0.2.7,", "192.0.2.7"}};
  for (const auto& [text, address] : rows) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(asked_by({text}) == address);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_not_believed) {
  for (const std::string_view text :
       {"unknown",
        "_hidden",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.7:",
        "192.0.2.7:x",
        "192.0.2.7:123456",
        "192.0.2.7:1:2",
        "[192.0.2.7]",
        "[2001:db8::7",
        "2001:db8::7]",
        "[2001:db8::7]4711",
        "[2001:db8::7]:",
        "[]",
        "fe80::1%eth0",
        "192.0.2.7 192.0.2.8",
        "\"192.0.2.7\"",
        "0x7f.1",
        "127.1",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999",
        "00000000000000000000000000000000000000000000000000192.0.2.7"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(asked_by({text}) == balancer);
      // Nor is what is left of it, which anybody may have written.
      BOOST_TEST(asked_by({"192.0.2.1, " + std::string(text)}) == balancer);
    }
  }
}

BOOST_AUTO_TEST_CASE(it_is_the_rightmost_that_is_no_proxy_of_ours) {
  BOOST_TEST(asked_by({"203.0.113.9, 192.0.2.7"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"203.0.113.9, 192.0.2.7, 10.0.0.2"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"203.0.113.9,192.0.2.7,10.0.0.2 ,10.9.9.9"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"192.0.2.7, 2001:db8:ffff::1"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"10.0.0.3, 10.0.0.2"}) == "10.0.0.3");  // one of our own asks
  BOOST_TEST(asked_by({"192.0.2.7, rubbish, 10.0.0.2"}) == "10.0.0.2");
}

BOOST_AUTO_TEST_CASE(several_fields_are_one_list) {
  BOOST_TEST(asked_by({"203.0.113.9", "192.0.2.7"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"203.0.113.9, 192.0.2.7", "10.0.0.3, 10.0.0.2"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"192.0.2.7", "", "10.0.0.2"}) == "192.0.2.7");
  BOOST_TEST(asked_by({"192.0.2.7", "rubbish"}) == balancer);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
