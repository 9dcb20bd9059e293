#include "base/listen_address.hpp"

#include <boost/test/unit_test.hpp>

namespace multipass {

BOOST_AUTO_TEST_SUITE(base_listen_address)

BOOST_AUTO_TEST_CASE(reads_what_it_writes) {
  for (const std::string text : {"127.0.0.1:8080", "0.0.0.0:0", "10.1.2.3:65535", "[::1]:8080",
                                 "[::]:443", "[2001:db8::1]:80"}) {
    const auto read = parse_listen_address(text);
    BOOST_TEST_REQUIRE(read.has_value(), text);
    BOOST_TEST(to_text(*read) == text);
  }
}

BOOST_AUTO_TEST_CASE(knows_address_and_port) {
  const auto read = parse_listen_address("[::1]:8081");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->ip.is_v6());
  BOOST_TEST(read->ip.is_loopback());
  BOOST_TEST(read->port == 8081);
}

BOOST_AUTO_TEST_CASE(refuses_anything_else_with_an_example) {
  for (const std::string text : {"",
                                 ":",
                                 ":8080",
                                 "8080",
                                 "127.0.0.1",
                                 "127.0.0.1:",
                                 "127.0.0.1:65536",
                                 "127.0.0.1:-1",
                                 "127.0.0.1:+1",
                                 "127.0.0.1:80x",
                                 "127.0.0.1: 80",
                                 " 127.0.0.1:80",
                                 "127.0.0.1:80 ",
                                 "127.1:80",
                                 "256.0.0.1:80",
                                 "localhost:80",
                                 "*:80",
                                 "::1:80",
                                 "[::1]",
                                 "[::1:80",
                                 "::1]:80",
                                 "[127.0.0.1]:80",
                                 "[]:80",
                                 "[::1]]:80"}) {
    const auto read = parse_listen_address(text);
    BOOST_TEST_REQUIRE(read.has_error(), text);
    BOOST_TEST((read.error().code == errc::bad_configuration));
    BOOST_TEST(read.error().message ==
               "expected address:port, such as 127.0.0.1:8080 or [::1]:8080");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
