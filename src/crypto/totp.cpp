#include "crypto/totp.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <new>

#include "crypto/encoding.hpp"

namespace multipass {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t digits = 6;
constexpr std::uint32_t modulus = 1'000'000;

std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::int64_t counter) {
  std::array<unsigned char, 8> text{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(counter) >> (56 - 8 * i));
  }
  std::array<unsigned char, 20> code{};
  std::size_t length = 0;
  if (EVP_Q_mac(nullptr, OSSL_MAC_NAME_HMAC, nullptr, "SHA1", nullptr, key.data(), key.size(),
                text.data(), text.size(), code.data(), code.size(), &length) == nullptr) {
    throw std::bad_alloc();
  }
  return code;
}

}  // namespace

std::string totp_code(std::string_view secret, std::int64_t step) {
  const auto mac = hmac_sha1(secret, step);
  // Dynamic truncation, RFC 4226, section 5.3.
  const std::size_t at = mac[19] & 0xFU;
  const std::uint32_t cut = (std::uint32_t{mac[at]} & 0x7FU) << 24 |
                            std::uint32_t{mac[at + 1]} << 16 | std::uint32_t{mac[at + 2]} << 8 |
                            std::uint32_t{mac[at + 3]};
  const std::string number = std::to_string(cut % modulus);
  return std::string(digits - number.size(), '0') + number;
}

std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code,
                                               timestamp now) {
  if (secret.empty() || code.size() != digits) return std::nullopt;
  const std::int64_t present = now.time_since_epoch().count() / step_seconds;
  std::optional<std::int64_t> match;
  for (std::int64_t step = present - 1; step <= present + 1; ++step) {
    if (CRYPTO_memcmp(totp_code(secret, step).data(), code.data(), digits) == 0) match = step;
  }
  return match;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view user) {
  const auto encoded = [](std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
  };
  return "otpauth://totp/" + encoded(issuer) + ':' + encoded(user) + "?secret=" + base32(secret) +
         "&issuer=" + encoded(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace multipass
