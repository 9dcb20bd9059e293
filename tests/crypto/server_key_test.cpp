#include "crypto/server_key.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>
#include <string>

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

using namespace multipass;

namespace {

const server_key key(std::string(32, 'k'));
const server_key other(std::string(32, 'o'));

std::string flip(std::string text, std::size_t at) {
  text[at] = text[at] == 'A' ? 'B' : 'A';
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_server_key)

BOOST_AUTO_TEST_CASE(a_token_has_25_characters_and_is_recognised_by_its_own_server) {
  for (int i = 0; i < 1000; ++i) {
    const std::string token = key.make_token();
    BOOST_TEST(token.size() == 25U);
    BOOST_TEST(is_alphanumeric(token));
    BOOST_TEST(key.may_be_token(token));
    BOOST_TEST(!other.may_be_token(token));
  }
}

BOOST_AUTO_TEST_CASE(a_token_changed_anywhere_is_refused) {
  const std::string token = key.make_token();
  for (std::size_t i = 0; i < token.size(); ++i) BOOST_TEST(!key.may_be_token(flip(token, i)));
  BOOST_TEST(!key.may_be_token(""));
  BOOST_TEST(!key.may_be_token(token.substr(1)));
  BOOST_TEST(!key.may_be_token(token + 'A'));
}

// A guess passes with a chance of 62^-6, about 2 in 10^11.
BOOST_AUTO_TEST_CASE(guesses_are_refused) {
  for (int i = 0; i < 10'000; ++i) BOOST_TEST(!key.may_be_token(random_text(25)));
}

BOOST_AUTO_TEST_CASE(refresh_tokens_of_a_family_begin_alike) {
  const std::string first = key.make_refresh_token();
  const std::string second = key.make_refresh_token(server_key::family_of(first));
  BOOST_TEST(first.size() == 46U);
  BOOST_TEST(is_alphanumeric(first));
  BOOST_TEST(server_key::family_of(first).size() == 20U);
  BOOST_TEST(server_key::family_of(first) == server_key::family_of(second));
  BOOST_TEST(first != second);
  BOOST_TEST(server_key::family_of(first) != server_key::family_of(key.make_refresh_token()));
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_was_not_issued_is_refused) {
  const std::string token = key.make_refresh_token();
  const std::string sibling = key.make_refresh_token(server_key::family_of(token));
  BOOST_TEST(key.may_be_refresh_token(token));
  BOOST_TEST(key.may_be_refresh_token(sibling));
  BOOST_TEST(!other.may_be_refresh_token(token));
  for (std::size_t i = 0; i < token.size(); ++i) {
    BOOST_TEST(!key.may_be_refresh_token(flip(token, i)));
    BOOST_TEST(!key.may_be_refresh_token(token.substr(0, i)));
  }
  BOOST_TEST(
      !key.may_be_refresh_token(token.substr(0, 20) + sibling.substr(20, 20) + token.substr(40)));
  BOOST_TEST(!key.may_be_token(token));
  BOOST_TEST(!key.may_be_refresh_token(key.make_token()));
  for (int i = 0; i < 10'000; ++i) {
    BOOST_TEST(!key.may_be_refresh_token(token.substr(0, 20) + random_text(26)));
  }
}

BOOST_AUTO_TEST_CASE(what_is_sealed_for_a_holder_takes_the_key_and_the_secret) {
  const std::string sealed = key.seal_for("a token", "the pair");
  BOOST_TEST(sealed.find("the pair") == std::string::npos);
  BOOST_TEST(key.open_with("a token", sealed).value() == "the pair");
  BOOST_TEST(!key.open_with("a tokem", sealed));
  BOOST_TEST(!key.open_with("", sealed));
  BOOST_TEST(!other.open_with("a token", sealed));
  BOOST_TEST(!key.open(sealed, ""));
  BOOST_TEST(!key.open(sealed, "a token"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    BOOST_TEST(!key.open_with("a token", flip(sealed, i)));
  }
}

BOOST_AUTO_TEST_CASE(the_uses_of_the_key_are_kept_apart) {
  const std::set<std::string> values{std::string(bytes_of(key.of_tpp_secret("x"))),
                                     std::string(bytes_of(key.sign("a", "x"))),
                                     std::string(bytes_of(key.sign("ax", ""))),
                                     std::string(bytes_of(key.sign("", "ax"))),
                                     std::string(bytes_of(key.sign("b", "x"))),
                                     std::string(bytes_of(other.sign("a", "x"))),
                                     std::string(bytes_of(hmac(std::string(32, 'k'), "x")))};
  BOOST_TEST(values.size() == 7U);
  BOOST_TEST(equal_in_constant_time(key.sign("a", "x"), key.sign("a", "x")));
  BOOST_TEST(!equal_in_constant_time(key.sign("a", "x"), key.sign("a", "y")));
}

BOOST_AUTO_TEST_CASE(check_value_tells_keys_apart_and_is_stable) {
  BOOST_TEST(key.check_value() == server_key(std::string(32, 'k')).check_value());
  BOOST_TEST(key.check_value() != other.check_value());
}

BOOST_AUTO_TEST_CASE(sealed_text_opens_with_its_key_and_context_only) {
  const std::string sealed = key.seal("totp secret", "john");
  BOOST_TEST(sealed.find("totp secret") == std::string::npos);
  BOOST_TEST(key.open(sealed, "john").value() == "totp secret");
  BOOST_TEST(!key.open(sealed, "jane"));
  BOOST_TEST(!key.open(sealed, ""));
  BOOST_TEST(!other.open(sealed, "john"));
  BOOST_TEST(key.seal("totp secret", "john") != sealed);
  BOOST_TEST(key.open(key.seal("", ""), "").value().empty());
}

BOOST_AUTO_TEST_CASE(sealed_text_that_was_tampered_with_does_not_open) {
  const std::string sealed = key.seal("totp secret", "john");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    BOOST_TEST(!key.open(flip(sealed, i), "john"));
    BOOST_TEST(!key.open(sealed.substr(0, i), "john"));
  }
  BOOST_TEST(!key.open(sealed + "AAAA", "john"));
}

BOOST_AUTO_TEST_SUITE_END()
