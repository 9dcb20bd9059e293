// On the low-level SHA256_* functions as sha256.cpp is, and for its reasons; EVP_MAC allocates at
// each call, and may_be_token() stands on the path of every unknown token.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <iterator>

#include "crypto/encoding.hpp"

namespace multipass {
namespace {

using block = std::array<unsigned char, SHA256_CBLOCK>;

// RFC 2104, section 2: a key longer than a block is hashed first, then padded with zeros.
block block_of(std::string_view key) noexcept {
  const digest hashed = key.size() > SHA256_CBLOCK ? sha256(key) : digest{};
  if (key.size() > SHA256_CBLOCK) key = bytes_of(hashed);
  block b{};
  std::copy(key.begin(), key.end(), b.begin());
  return b;
}

// SHA-256's state behind its first block, key xor pad.
void hash_padded(block key, unsigned char pad, std::array<std::uint32_t, 8>& state) noexcept {
  for (auto& byte : key) byte ^= pad;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, key.data());
  std::copy(std::begin(context.h), std::end(context.h), state.begin());
}

digest resume(const std::array<std::uint32_t, 8>& state, std::string_view rest) noexcept {
  SHA256_CTX context;
  SHA256_Init(&context);
  std::copy(state.begin(), state.end(), context.h);
  context.Nl = SHA256_CBLOCK * 8;  // bits hashed so far
  digest out;
  SHA256_Update(&context, rest.data(), rest.size());
  SHA256_Final(out.bytes.data(), &context);
  return out;
}

}  // namespace

hmac_key::hmac_key(std::string_view key) noexcept {
  const block padded = block_of(key);
  hash_padded(padded, 0x36, inner_);
  hash_padded(padded, 0x5c, outer_);
}

digest hmac_key::of(std::string_view text) const noexcept {
  return resume(outer_, bytes_of(resume(inner_, text)));
}

bool equal_in_constant_time(const digest& a, const digest& b) noexcept {
  return CRYPTO_memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0;
}

}  // namespace multipass
