#include "webhooks/signature.hpp"

#include <boost/test/unit_test.hpp>

#include "crypto/encoding.hpp"

using namespace multipass;

BOOST_AUTO_TEST_SUITE(webhook_signatures)

// The example of the Standard Webhooks specification's reference implementations.
BOOST_AUTO_TEST_CASE(the_published_example_comes_out) {
  const auto secret = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  const timestamp sent{std::chrono::seconds{1'614'265'330}};
  const auto signature =
      webhook_signature("msg_p5jXN8AQM9LWM0D4loKWxJek", sent, R"({"test": 2432232314})", secret);
  BOOST_TEST(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  BOOST_TEST(webhook_secret_text(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
}

BOOST_AUTO_TEST_CASE(with_a_former_secret_both_sign) {
  const timestamp sent{std::chrono::seconds{5}};
  const auto one = webhook_signature("a", sent, "b", "new");
  const auto other = webhook_signature("a", sent, "b", "old");
  BOOST_TEST(webhook_signature("a", sent, "b", "new", "old") == one + " " + other);
  BOOST_TEST(one != other);
}

BOOST_AUTO_TEST_CASE(everything_that_is_signed_matters) {
  const timestamp sent{std::chrono::seconds{5}};
  const auto signature = webhook_signature("a", sent, "b", "secret");
  BOOST_TEST(webhook_signature("c", sent, "b", "secret") != signature);
  BOOST_TEST(webhook_signature("a", sent + std::chrono::seconds{1}, "b", "secret") != signature);
  BOOST_TEST(webhook_signature("a", sent, "c", "secret") != signature);
}

BOOST_AUTO_TEST_CASE(base64_is_padded) {
  BOOST_TEST(base64("") == "");
  BOOST_TEST(base64("f") == "Zg==");
  BOOST_TEST(base64("fo") == "Zm8=");
  BOOST_TEST(base64("foo") == "Zm9v");
  BOOST_TEST(base64("\xfb\xff") == "+/8=");
}

BOOST_AUTO_TEST_SUITE_END()
