#include "crypto/random.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(crypto_random)

BOOST_AUTO_TEST_CASE(text_has_the_length_and_alphabet_asked_for) {
  BOOST_TEST(random_text(0).empty());
  for (const std::size_t length : {1U, 20U, 25U, 64U, 65U, 1000U}) {
    const std::string text = random_text(length);
    BOOST_TEST(text.size() == length);
    BOOST_TEST(is_alphanumeric(text));
  }
}

// Pearson's chi-square over the 62 characters. With 61 degrees of freedom, mean 61 and deviation
// 11, a fair generator stays under 150 but for one run in 10^8; bytes taken modulo 62 without
// rejection would reach about 1600 here.
BOOST_AUTO_TEST_CASE(text_is_uniform_over_its_alphabet) {
  constexpr double drawn = 200'000;
  std::array<double, 256> seen{};
  for (const char c : random_text(static_cast<std::size_t>(drawn))) {
    ++seen[static_cast<unsigned char>(c)];
  }
  const double expected = drawn / 62;
  double chi_square = 0;
  for (int c = 0; c < 256; ++c) {
    const double n = seen[static_cast<std::size_t>(c)];
    const char as_char = static_cast<char>(c);
    if (!is_alphanumeric({&as_char, 1})) {
      BOOST_TEST(n == 0);
    } else {
      chi_square += (n - expected) * (n - expected) / expected;
    }
  }
  BOOST_TEST(chi_square < 150);
}

BOOST_AUTO_TEST_CASE(never_repeats) {
  std::set<std::string> texts, bytes;
  for (int i = 0; i < 10'000; ++i) {
    texts.insert(random_text(20));
    bytes.insert(random_bytes(16));
  }
  BOOST_TEST(texts.size() == 10'000U);
  BOOST_TEST(bytes.size() == 10'000U);
}

BOOST_AUTO_TEST_CASE(alphanumeric_is_ascii_letters_and_digits) {
  BOOST_TEST(is_alphanumeric("azAZ09"));
  for (const char* text :
       {"", "a b", "a-b", "a_b", "\xc3\xa4", "a\n", "@", "[", "`", "{", "/", ":"}) {
    BOOST_TEST(!is_alphanumeric(text), text);
  }
  BOOST_TEST(!is_alphanumeric(std::string_view("a\0b", 3)));
}

BOOST_AUTO_TEST_SUITE_END()
