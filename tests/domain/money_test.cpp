#include "multipass/money.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>
#include <vector>

using namespace multipass;

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

struct amount_row {
  std::string currency;
  std::int64_t minor;
  std::string text;
};

// EUR has 2 minor digits, JPY none, KWD 3, CLF 4.
const std::vector<amount_row> amounts{
    {"EUR", 3040, "30.40"},
    {"GBP", 42074, "420.74"},
    {"EUR", 0, "0.00"},
    {"EUR", 5, "0.05"},
    {"EUR", 50, "0.50"},
    {"EUR", 99, "0.99"},
    {"EUR", 100, "1.00"},
    {"EUR", -5, "-0.05"},
    {"EUR", -3040, "-30.40"},
    {"JPY", 0, "0"},
    {"JPY", 1500, "1500"},
    {"JPY", -1, "-1"},
    {"KWD", 12345, "12.345"},
    {"KWD", 1, "0.001"},
    {"KWD", -1, "-0.001"},
    {"KWD", 1000, "1.000"},
    {"CLF", 1, "0.0001"},
    {"CLF", 12345678, "1234.5678"},
    {"EUR", most, "92233720368547758.07"},
    {"EUR", least, "-92233720368547758.08"},
    {"JPY", most, "9223372036854775807"},
    {"JPY", least, "-9223372036854775808"},
    {"KWD", most, "9223372036854775.807"},
    {"CLF", least, "-922337203685477.5808"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(domain_money)

BOOST_AUTO_TEST_CASE(amounts_are_printed_exactly) {
  for (const auto& [currency, minor, text] : amounts) {
    std::string out = "<";
    append_amount(out, {currency, minor});
    BOOST_TEST(out == "<" + text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_back) {
  for (const auto& [currency, minor, text] : amounts) {
    const auto read = parse_money(text, currency);
    BOOST_REQUIRE_MESSAGE(read, text);
    BOOST_TEST((*read == money{currency, minor}), text);
  }
}

BOOST_AUTO_TEST_CASE(a_whole_number_may_leave_the_minor_digits_out) {
  BOOST_TEST(parse_money("30", "EUR")->minor == 3000);
  BOOST_TEST(parse_money("-7", "KWD")->minor == -7000);
  BOOST_TEST(parse_money("007", "JPY")->minor == 7);
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  struct row {
    std::string text, currency;
  };
  const std::vector<row> rows{
      {"", "EUR"},
      {"-", "EUR"},
      {".", "EUR"},
      {".50", "EUR"},
      {"5.", "EUR"},
      {"5.5", "EUR"},
      {"5.555", "EUR"},
      {"+5.00", "EUR"},
      {"--5.00", "EUR"},
      {"5,00", "EUR"},
      {"1e2", "EUR"},
      {"3.04E1", "EUR"},
      {" 5.00", "EUR"},
      {"5.00 ", "EUR"},
      {"5.0.0", "EUR"},
      {"0x10", "EUR"},
      {"NaN", "EUR"},
      {"5.-5", "EUR"},
      {"1500.0", "JPY"},
      {"1500.", "JPY"},
      {"12.34", "KWD"},
      {"12.3456", "KWD"},
      {"1.234", "CLF"},
      {"92233720368547758.08", "EUR"},
      {"-92233720368547758.09", "EUR"},
      {"9223372036854775808", "JPY"},
      {"92233720368547759", "EUR"},
      {"99999999999999999999999999", "EUR"},
      {"5.00", "EURO"},
      {"5.00", "eur"},
      {"5.00", "XXX"},
      {"5.00", ""},
      {std::string("5.0\0", 4), "EUR"},
  };
  for (const auto& [text, currency] : rows) {
    const auto read = parse_money(text, currency);
    BOOST_REQUIRE_MESSAGE(!read, text + " " + currency);
    BOOST_TEST((read.error().code == errc::invalid_input));
    BOOST_TEST(!read.error().message.empty());
  }
}

BOOST_AUTO_TEST_CASE(minor_digits_are_those_of_iso_4217) {
  BOOST_TEST(minor_digits("EUR") == 2);
  BOOST_TEST(minor_digits("USD") == 2);
  BOOST_TEST(minor_digits("ZWG") == 2);
  BOOST_TEST(minor_digits("JPY") == 0);
  BOOST_TEST(minor_digits("XPF") == 0);
  BOOST_TEST(minor_digits("KWD") == 3);
  BOOST_TEST(minor_digits("TND") == 3);
  BOOST_TEST(minor_digits("CLF") == 4);
  BOOST_TEST(minor_digits("UYW") == 4);
  for (const auto* unknown : {"", "EU", "EUR ", "eur", "XXX", "UR ", "R G"}) {
    BOOST_TEST(minor_digits(unknown) == -1, unknown);
  }
}

BOOST_AUTO_TEST_SUITE_END()
