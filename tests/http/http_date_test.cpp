#include "http/http_date.hpp"

#include <boost/test/unit_test.hpp>

namespace multipass {

BOOST_AUTO_TEST_SUITE(http_http_date)

BOOST_AUTO_TEST_CASE(is_an_imf_fixdate) {
  const auto text = [](std::int64_t seconds) {
    const auto date = http_date(timestamp{std::chrono::seconds{seconds}});
    return std::string(date.data(), date.size());
  };
  BOOST_TEST(text(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");  // the sample of RFC 9110
  BOOST_TEST(text(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  BOOST_TEST(text(951'782'400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  BOOST_TEST(text(1'798'761'599) == "Thu, 31 Dec 2026 23:59:59 GMT");
  BOOST_TEST(text(4'102'444'800) == "Fri, 01 Jan 2100 00:00:00 GMT");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
