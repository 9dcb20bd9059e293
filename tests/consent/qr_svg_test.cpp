// That readers read it is tests/enrolment/qr_test.py's to show; here, that it is the code it was
// given.
#include "consent/qr_svg.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace multipass;

namespace {

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto start = text.find(from);
  BOOST_REQUIRE(start != std::string::npos);
  return text.substr(start + from.size(), text.find(to, start + from.size()) - start - from.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_qr_svg)

BOOST_AUTO_TEST_CASE(the_path_draws_each_dark_module_once_and_no_other) {
  const auto code = qr_code::of("otpauth://totp/Bank:john?secret=GEZDGNBVGY3TQOJQ").value();
  const std::size_t side = code.size() + 8;
  std::vector<int> drawn(side * side);
  std::istringstream path(between(qr_svg(code, "label"), " d=\"", "\""));
  char m{}, h{}, v{}, second_h{}, z{};
  std::size_t x{}, y{}, length{};
  int down{}, back{};
  while (path >> m >> x >> y >> h >> length >> v >> down >> second_h >> back >> z) {
    BOOST_TEST((m == 'M' && h == 'h' && v == 'v' && second_h == 'h' && z == 'z' && down == 1));
    BOOST_TEST(back == -static_cast<int>(length));
    for (std::size_t i = 0; i < length; ++i) ++drawn.at(y * side + x + i);
  }
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const bool dark = code.is_dark(i % side - 4, i / side - 4);
    BOOST_TEST(drawn[i] == (dark ? 1 : 0), i);
  }
}

BOOST_AUTO_TEST_CASE(it_needs_no_style_and_says_what_it_is) {
  const auto svg = qr_svg(qr_code::of("x").value(), "a \"label\" <b>");
  BOOST_TEST(svg.starts_with("<svg "));
  BOOST_TEST(svg.ends_with("</svg>\n"));
  BOOST_TEST(svg.find("style") == std::string::npos);
  BOOST_TEST(svg.find("role=\"img\" aria-label=\"a &quot;label&quot; &lt;b&gt;\"") !=
             std::string::npos);
  BOOST_TEST(svg.find("viewBox=\"0 0 29 29\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
