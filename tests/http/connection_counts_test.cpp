#include "http/connection_counts.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace multipass::testing {
namespace {

ip_address of(const char* text) {
  return boost::asio::ip::make_address(text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_connection_counts)

BOOST_AUTO_TEST_CASE(an_address_has_as_many_as_it_may) {
  connection_counts counts(2);
  auto first = counts.enter(of("192.0.2.7"));
  auto second = counts.enter(of("192.0.2.7"));
  BOOST_TEST(first.has_value());
  BOOST_TEST(second.has_value());
  BOOST_TEST(!counts.enter(of("192.0.2.7")));
  BOOST_TEST(counts.enter(of("192.0.2.8")).has_value());
  second.reset();
  BOOST_TEST(counts.enter(of("192.0.2.7")).has_value());
}

BOOST_AUTO_TEST_CASE(a_place_is_given_back_once) {
  connection_counts counts(1);
  {
    auto place = *counts.enter(of("192.0.2.7"));
    connection_counts::place moved(std::move(place));
    connection_counts::place assigned;
    assigned = std::move(moved);
    BOOST_TEST(!counts.enter(of("192.0.2.7")));
  }
  const auto again = counts.enter(of("192.0.2.7"));
  BOOST_TEST(again.has_value());
  BOOST_TEST(!counts.enter(of("192.0.2.7")));
}

BOOST_AUTO_TEST_CASE(a_host_with_ipv6_is_its_network) {
  connection_counts counts(1);
  const auto first = counts.enter(of("2001:db8::1"));
  BOOST_TEST(!counts.enter(of("2001:db8::2")));
  BOOST_TEST(counts.enter(of("2001:db8:0:1::2")).has_value());
}

BOOST_AUTO_TEST_CASE(without_a_limit_nobody_counts) {
  connection_counts counts(0);
  std::vector<connection_counts::place> all;
  for (int i = 0; i < 100; ++i) all.push_back(*counts.enter(of("192.0.2.7")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
