#include <openssl/crypto.h>

#include <array>
#include <cstring>
#include <string>

#include "crypto/encoding.hpp"
#include "crypto/server_key.hpp"

namespace multipass {
namespace {

// One half of HMAC (RFC 2104, section 2): H((key xor pad) || text). The usual short text is put
// together on the stack.
digest padded_hash(const std::array<char, 64>& key, char pad, std::string_view text) {
  constexpr std::size_t small = 512;
  std::array<char, small> stack{};
  std::string heap;
  const std::size_t length = key.size() + text.size();
  if (length > small) heap.resize(length);
  char* const whole = length > small ? heap.data() : stack.data();
  for (std::size_t i = 0; i < key.size(); ++i) whole[i] = static_cast<char>(key[i] ^ pad);
  if (!text.empty()) std::memcpy(whole + key.size(), text.data(), text.size());
  return sha256({whole, length});
}

}  // namespace

// On sha256() and not on EVP_MAC, which allocates at each call: may_be_token() stands on the path
// of every unknown token, where nothing may be allocated.
digest hmac(std::string_view key, std::string_view text) noexcept {
  std::array<char, 64> block{};
  const digest short_key = key.size() > block.size() ? sha256(key) : digest{};
  if (key.size() > block.size()) key = bytes_of(short_key);
  if (!key.empty()) std::memcpy(block.data(), key.data(), key.size());
  const digest inner = padded_hash(block, 0x36, text);
  return padded_hash(block, 0x5c, bytes_of(inner));
}

bool equal_in_constant_time(const digest& a, const digest& b) noexcept {
  return CRYPTO_memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size()) == 0;
}

}  // namespace multipass
