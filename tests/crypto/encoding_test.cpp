#include "crypto/encoding.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(crypto_encoding)

// RFC 4648, section 10, without the padding.
BOOST_AUTO_TEST_CASE(vectors_of_rfc_4648) {
  const struct {
    const char *plain, *base64, *base32;
  } rows[] = {{"", "", ""},
              {"f", "Zg", "MY"},
              {"fo", "Zm8", "MZXQ"},
              {"foo", "Zm9v", "MZXW6"},
              {"foob", "Zm9vYg", "MZXW6YQ"},
              {"fooba", "Zm9vYmE", "MZXW6YTB"},
              {"foobar", "Zm9vYmFy", "MZXW6YTBOI"}};
  for (const auto& row : rows) {
    BOOST_TEST(base64url(row.plain) == row.base64);
    BOOST_TEST(from_base64url(row.base64).value() == row.plain);
    BOOST_TEST(base32(row.plain) == row.base32);
    const std::string unpadded = row.base64;
    const auto padded = unpadded + std::string((4 - unpadded.size() % 4) % 4, '=');
    BOOST_TEST(from_base64(padded).value() == row.plain);
    if (padded != unpadded) BOOST_TEST(!from_base64(unpadded));
    BOOST_TEST(!from_base64(padded + "===="));
  }
}

BOOST_AUTO_TEST_CASE(uses_the_alphabet_that_is_safe_in_urls) {
  BOOST_TEST(base64url("\xfb\xff\xbf") == "-_-_");
  BOOST_TEST(from_base64url("-_-_").value() == "\xfb\xff\xbf");
}

BOOST_AUTO_TEST_CASE(reads_back_what_it_wrote) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (std::size_t length = 0; length < 200; ++length) {
    std::string bytes(length, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    BOOST_TEST((from_base64url(base64url(bytes)) == bytes));
  }
}

BOOST_AUTO_TEST_CASE(refuses_any_second_spelling_of_a_value) {
  for (const char* text :
       {"Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9vZ", "Zm9v!"}) {
    BOOST_TEST(!from_base64url(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
