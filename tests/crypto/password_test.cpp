#include "crypto/password.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

#include "crypto/encoding.hpp"

using namespace multipass;

BOOST_AUTO_TEST_SUITE(crypto_password)

BOOST_AUTO_TEST_CASE(only_the_password_matches_its_hash) {
  const std::string hash = hash_password("sandbox-password");
  BOOST_TEST(password_matches("sandbox-password", hash));
  BOOST_TEST(!password_matches("sandbox-passwore", hash));
  BOOST_TEST(!password_matches("sandbox-password ", hash));
  BOOST_TEST(!password_matches("", hash));
}

BOOST_AUTO_TEST_CASE(each_hash_has_a_salt_of_its_own) {
  const std::string a = hash_password("x"), b = hash_password("x");
  BOOST_TEST(a != b);
  BOOST_TEST(a.starts_with("scrypt$15$8$1$"));
}

BOOST_AUTO_TEST_CASE(empty_and_unicode_passwords_are_passwords) {
  BOOST_TEST(password_matches("", hash_password("")));
  const std::string unicode = "gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x91";
  BOOST_TEST(password_matches(unicode, hash_password(unicode)));
}

// RFC 7914, section 12, in the form in which the store keeps a hash.
BOOST_AUTO_TEST_CASE(vectors_of_rfc_7914) {
  const auto stored = [](std::string cost, std::string_view salt, std::string_view hex) {
    return cost + base64url(salt) + '$' + base64url(boost::algorithm::unhex(std::string(hex)));
  };
  BOOST_TEST(password_matches(
      "password", stored("scrypt$10$8$16$", "NaCl",
                         "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                         "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")));
  BOOST_TEST(password_matches(
      "pleaseletmein", stored("scrypt$14$8$1$", "SodiumChloride",
                              "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                              "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")));
}

BOOST_AUTO_TEST_CASE(nothing_matches_the_hash_of_nobody) {
  BOOST_TEST(no_password_hash().size() == hash_password("x").size());
  for (const char* guess : {"", "0", "password", "sandbox-password"}) {
    BOOST_TEST(!password_matches(guess, no_password_hash()));
  }
}

BOOST_AUTO_TEST_CASE(an_unreadable_hash_matches_nothing) {
  const std::string good = hash_password("x");
  const std::string salt_and_hash = good.substr(std::string("scrypt$15$8$1$").size());
  for (const std::string& hash :
       {std::string(), std::string("x"), std::string("scrypt"), "bcrypt" + good.substr(6),
        good + '$', good.substr(0, good.size() - 1), good + "AA", "scrypt$0$8$1$" + salt_and_hash,
        "scrypt$63$8$1$" + salt_and_hash, "scrypt$15$0$1$" + salt_and_hash,
        "scrypt$15$8$-1$" + salt_and_hash, "scrypt$15$8$99999999999$" + salt_and_hash,
        "scrypt$15 $8$1$" + salt_and_hash, std::string("scrypt$15$8$1$AAAA$")}) {
    BOOST_TEST(!password_matches("x", hash), hash);
  }
}

BOOST_AUTO_TEST_SUITE_END()
