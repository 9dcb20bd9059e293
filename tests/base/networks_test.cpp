#include "base/networks.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace multipass::testing {
namespace {

bool is_in(const std::string& text, const std::string& address) {
  return parse_networks(text).value().contains(boost::asio::ip::make_address(address));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_networks)

BOOST_AUTO_TEST_CASE(addresses_are_in_their_networks_only) {
  BOOST_TEST(is_in("10.0.0.0/8", "10.255.255.255"));
  BOOST_TEST(!is_in("10.0.0.0/8", "11.0.0.0"));
  BOOST_TEST(is_in("192.0.2.7", "192.0.2.7"));
  BOOST_TEST(!is_in("192.0.2.7", "192.0.2.8"));
  BOOST_TEST(is_in("0.0.0.0/0", "203.0.113.9"));
  BOOST_TEST(!is_in("0.0.0.0/0", "2001:db8::1"));
  BOOST_TEST(is_in("2001:db8::/33", "2001:db8:7fff::1"));
  BOOST_TEST(!is_in("2001:db8::/33", "2001:db8:8000::1"));
  BOOST_TEST(is_in("192.0.2.7, 10.0.0.0/8,::1", "::1"));
  BOOST_TEST(is_in("127.0.0.0/8", "::ffff:127.0.0.1"));  // as a socket for both kinds reports it
}

BOOST_AUTO_TEST_CASE(nothing_is_in_no_network) {
  BOOST_TEST(parse_networks("").value().empty());
  BOOST_TEST(parse_networks(" , ").value().empty());
  BOOST_TEST(!is_in("", "127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_named) {
  for (const std::string bad :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "localhost", "10.0.0.1/8",
        "2001:db8::/129", "10.0.0.0/8/8", "10.0.0.0/0008"}) {
    const auto parsed = parse_networks("127.0.0.1, " + bad);
    BOOST_TEST_REQUIRE(parsed.has_error(), bad);
    BOOST_TEST(parsed.error().message.find(bad) == 0U, parsed.error().message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
