#include "crypto/random.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/character_set.hpp"

namespace multipass {
namespace {

constexpr std::string_view alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

void fill_randomly(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
}

}  // namespace

std::string random_text(std::size_t length) {
  // Bytes from 248 on are thrown away, as 256 is no multiple of 62: that keeps the rest unbiased.
  constexpr unsigned fair = 256 / alphabet.size() * alphabet.size();
  std::array<unsigned char, 64> bytes{};
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    fill_randomly(bytes);
    for (const unsigned b : bytes) {
      if (b < fair && text.size() < length) text += alphabet[b % alphabet.size()];
    }
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return text;
}

std::string random_bytes(std::size_t length) {
  std::string bytes(length, '\0');
  fill_randomly({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return bytes;
}

bool is_alphanumeric(std::string_view text) noexcept {
  return !text.empty() && alphanumerics.has_all(text);
}

}  // namespace multipass
