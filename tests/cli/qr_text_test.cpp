#include "cli/qr_text.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <sstream>
#include <string>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(cli_qr_text)

BOOST_AUTO_TEST_CASE(two_rows_a_line_and_a_quiet_zone_around) {
  const auto code = qr_code::of("otpauth://totp/Bank:john?secret=GEZDGNBVGY3TQOJQ").value();
  const std::map<std::string, std::pair<bool, bool>> halves{
      {" ", {false, false}}, {"▄", {false, true}}, {"▀", {true, false}}, {"█", {true, true}}};
  const std::string begin = "\x1b[38;5;16;48;5;231m";
  const std::string end = "\x1b[0m";
  std::istringstream lines(cli::qr_text(code));
  std::string line;
  std::size_t y = 0;
  for (; std::getline(lines, line); y += 2) {
    BOOST_REQUIRE(line.starts_with(begin));
    BOOST_REQUIRE(line.ends_with(end));
    line = line.substr(begin.size(), line.size() - begin.size() - end.size());
    std::size_t x = 0;
    for (std::size_t i = 0; i < line.size(); ++x) {
      const std::size_t bytes = line[i] == ' ' ? 1 : 3;
      const auto [upper, lower] = halves.at(line.substr(i, bytes));
      BOOST_TEST(upper == code.is_dark(x - 4, y - 4));
      BOOST_TEST(lower == code.is_dark(x - 4, y - 3));
      i += bytes;
    }
    BOOST_TEST(x == code.size() + 8);
  }
  BOOST_TEST(y == code.size() + 9);  // odd
}

BOOST_AUTO_TEST_SUITE_END()
