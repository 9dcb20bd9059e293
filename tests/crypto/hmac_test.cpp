#include <openssl/evp.h>

#include <array>
#include <boost/algorithm/hex.hpp>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <random>
#include <string>

#include "crypto/encoding.hpp"
#include "crypto/server_key.hpp"

using namespace multipass;

namespace {

std::string hex_of(const digest& d) {
  std::string text;
  boost::algorithm::hex_lower(bytes_of(d), std::back_inserter(text));
  return text;
}

digest openssl_hmac(std::string_view key, std::string_view text) {
  digest d;
  std::size_t length = 0;
  EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.data(), key.size(),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), d.bytes.data(),
            d.bytes.size(), &length);
  return d;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crypto_hmac)

BOOST_AUTO_TEST_CASE(vectors_of_rfc_4231) {
  const struct {
    std::string key, text;
    const char* mac;
  } rows[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}};
  for (const auto& row : rows) BOOST_TEST(hex_of(hmac(row.key, row.text)) == row.mac);
}

BOOST_AUTO_TEST_CASE(agrees_with_openssl_at_every_length) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto draw = [&random](std::size_t length) {
    std::string bytes(length, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
  };
  for (std::size_t length = 0; length < 1200; length += 1 + length / 64) {
    const std::string key = draw(1 + random() % 130), text = draw(length);
    BOOST_TEST(hex_of(hmac(key, text)) == hex_of(openssl_hmac(key, text)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
