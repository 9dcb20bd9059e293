#include "multipass/account.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(domain_account)

BOOST_AUTO_TEST_CASE(ids_are_1_to_19_digits_that_fit) {
  struct row {
    std::string text;
    std::int64_t number;
  };
  const std::vector<row> rows{
      {"0", 0},
      {"1", 1},
      {"47669570047", 47669570047},
      {"0000047669570047", 47669570047},
      {"0000000000000000001", 1},
      {"9223372036854775807", 9223372036854775807},
  };
  for (const auto& [text, number] : rows) {
    const auto id = parse_account_id(text);
    BOOST_REQUIRE_MESSAGE(id, text);
    BOOST_TEST(static_cast<std::int64_t>(*id) == number);
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused_by_the_parameters_name) {
  const std::vector<std::string> rows{
      "",
      "-1",
      "+1",
      " 1",
      "1 ",
      "1.0",
      "1e3",
      "0x1F",
      "abc",
      "1_000",
      "1,000",
      "\xD9\xA1",
      "\xEF\xBC\x91",  // digits of other scripts
      "9223372036854775808",
      "9999999999999999999",
      "00000000000000000001",
      "18446744073709551617",
      std::string("1\0", 2),
      std::string(1000, '1'),
  };
  for (const auto& text : rows) {
    const auto id = parse_account_id(text);
    BOOST_REQUIRE_MESSAGE(!id, text);
    BOOST_TEST((id.error().code == errc::invalid_input));
    BOOST_TEST(id.error().message.find("accountId") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
