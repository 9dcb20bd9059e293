#include "crypto/totp.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace multipass;

namespace {

const std::string secret = "12345678901234567890";

timestamp at(std::int64_t seconds) {
  return timestamp{std::chrono::seconds{seconds}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_totp)

// RFC 6238, appendix B, SHA-1; the table's 8 digits cut to the last 6.
BOOST_AUTO_TEST_CASE(vectors_of_rfc_6238) {
  const struct {
    std::int64_t seconds;
    const char* code;
  } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
              {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& row : rows) {
    BOOST_TEST(totp_code(secret, row.seconds / 30) == row.code);
    BOOST_TEST(matching_totp_step(secret, row.code, at(row.seconds)).value() == row.seconds / 30);
  }
}

// RFC 4226, appendix D: the same function of a counter.
BOOST_AUTO_TEST_CASE(vectors_of_rfc_4226) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t i = 0; i < 10; ++i) BOOST_TEST(totp_code(secret, i) == codes[i]);
}

BOOST_AUTO_TEST_CASE(one_step_of_drift_is_allowed_and_no_more) {
  const std::int64_t step = 41152263;
  const auto now = at(step * 30 + 17);
  for (const std::int64_t off : {-1, 0, 1}) {
    BOOST_TEST(matching_totp_step(secret, totp_code(secret, step + off), now).value() ==
               step + off);
  }
  for (const std::int64_t off : {-3, -2, 2, 3}) {
    BOOST_TEST(!matching_totp_step(secret, totp_code(secret, step + off), now));
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_code) {
  for (const char* code : {"", "28708", "2870820", "28708a", "287083"}) {
    BOOST_TEST(!matching_totp_step(secret, code, at(59)), code);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_secret_accepts_no_code) {
  BOOST_TEST(!matching_totp_step("", totp_code("", 1), at(59)));
}

BOOST_AUTO_TEST_CASE(uri_is_what_authenticator_apps_read) {
  BOOST_TEST(totp_uri("foobar", "Bank & Co", "john@x") ==
             "otpauth://totp/Bank%20%26%20Co:john%40x?secret=MZXW6YTBOI"
             "&issuer=Bank%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

BOOST_AUTO_TEST_SUITE_END()
