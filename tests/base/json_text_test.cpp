#include "base/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <random>

namespace multipass {
namespace {

using namespace std::string_literals;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_json_text)

BOOST_AUTO_TEST_CASE(escapes_what_json_demands) {
  BOOST_TEST(quoted("") == R"("")");
  BOOST_TEST(quoted("John Doe") == R"("John Doe")");
  BOOST_TEST(quoted("a\"b\\c/d") == R"("a\"b\\c/d")");
  BOOST_TEST(quoted("\n\r\t") == R"("\n\r\t")");
  BOOST_TEST(quoted("\0\x1f\x7f"s) == R"("\u0000\u001f\u007f")");
  BOOST_TEST(quoted("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") ==
             "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

BOOST_AUTO_TEST_CASE(replaces_what_is_no_utf8) {
  BOOST_TEST(quoted("a\xff"
                    "b") ==
             "\"a\xEF\xBF\xBD"
             "b\"");
  BOOST_TEST(quoted("\xc3") == "\"\xEF\xBF\xBD\"");
}

BOOST_AUTO_TEST_CASE(appends) {
  std::string out = "[";
  append_json_string(out, "a");
  BOOST_TEST(out == "[\"a\"");
}

BOOST_AUTO_TEST_CASE(knows_utf8) {
  for (const auto* good :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    BOOST_TEST(is_utf8(good), quoted(good));
  }
  for (const auto* bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\xc2", "\xe0\x9f\xbf", "\xe2\x82",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "a\xfe"}) {
    BOOST_TEST(!is_utf8(bad), quoted(bad));
  }
  BOOST_TEST(is_utf8(std::string_view("\0", 1)));
}

BOOST_AUTO_TEST_CASE(another_reader_reads_back_what_was_written) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> byte(0, 255);
  for (int i = 0; i < 2000; ++i) {
    std::string text(static_cast<std::size_t>(i % 40), '\0');
    for (auto& c : text) c = static_cast<char>(byte(random));
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto read = boost::json::parse(quoted(text));
      if (is_utf8(text)) BOOST_TEST(std::string(read.as_string()) == text);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
