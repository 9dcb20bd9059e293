#include "base/qr_code.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace multipass;

namespace {

// The pattern by which readers find the corner at (left, top).
bool has_finder(const qr_code& code, std::size_t left, std::size_t top) {
  for (std::size_t y = 0; y < 7; ++y) {
    for (std::size_t x = 0; x < 7; ++x) {
      const bool edge = x == 0 || x == 6 || y == 0 || y == 6;
      const bool centre = x >= 2 && x <= 4 && y >= 2 && y <= 4;
      if (code.is_dark(left + x, top + y) != (edge || centre)) return false;
    }
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_qr_code)

BOOST_AUTO_TEST_CASE(three_corners_are_marked) {
  const auto code = qr_code::of("otpauth://totp/Bank:john?secret=GEZDGNBVGY3TQOJQ");
  BOOST_REQUIRE(code);
  BOOST_TEST(code->size() % 4 == 1U);  // 17 + 4 times its version
  BOOST_TEST(has_finder(*code, 0, 0));
  BOOST_TEST(has_finder(*code, code->size() - 7, 0));
  BOOST_TEST(has_finder(*code, 0, code->size() - 7));
  BOOST_TEST(!has_finder(*code, code->size() - 7, code->size() - 7));
}

BOOST_AUTO_TEST_CASE(outside_is_light) {
  const auto code = qr_code::of("x").value();
  for (std::size_t i = 0; i < code.size(); ++i) {
    BOOST_TEST(!code.is_dark(code.size(), i));
    BOOST_TEST(!code.is_dark(i, code.size()));
    BOOST_TEST(!code.is_dark(std::size_t{0} - 1, i));
  }
}

BOOST_AUTO_TEST_CASE(it_grows_with_the_text_up_to_an_end) {
  BOOST_TEST(qr_code::of("x")->size() == 21U);
  BOOST_TEST(qr_code::of(std::string(2331, 'x'))->size() == 177U);
  BOOST_TEST(!qr_code::of(std::string(2332, 'x')));
  BOOST_TEST(!qr_code::of(""));
}

BOOST_AUTO_TEST_SUITE_END()
