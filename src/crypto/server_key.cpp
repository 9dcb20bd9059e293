#include "crypto/server_key.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

namespace multipass {
namespace {

constexpr std::size_t token_random = 19;
constexpr std::size_t token_check = 6;
constexpr std::size_t family_random = 20;
constexpr std::size_t refresh_random = family_random + 20;
constexpr std::string_view sealed_for_holder = "sealed for whoever has the token";
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct free_cipher {
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, free_cipher>;

const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}
int size_of(std::string_view s) {
  return static_cast<int>(s.size());
}

std::string derived_key(std::string_view master, std::string_view label) {
  return std::string(bytes_of(hmac(master, label)));
}

// The first 8 bytes of the MAC modulo 62^6, in base 62. 2^64 is no multiple of 62^6: the smaller
// values are likelier by a factor of 1 + 2^-28. That does not matter. These characters turn away a
// flood of guesses; what keeps a token secret are the 19 random ones.
std::array<char, token_check> check_characters(const hmac_key& key, std::string_view random) {
  const digest mac = key.of(random);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | mac.bytes[i];
  constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::array<char, token_check> check{};
  for (char& c : check) {  // six digits of base 62: the modulo is implied
    c = alphabet[value % alphabet.size()];
    value /= alphabet.size();
  }
  return check;
}

std::string with_check_characters(const hmac_key& key, std::string random) {
  const auto check = check_characters(key, random);
  return random.append(check.data(), check.size());
}

bool has_check_characters(const hmac_key& key, std::string_view text, std::size_t random) {
  if (text.size() != random + token_check) return false;
  const auto check = check_characters(key, text.substr(0, random));
  return CRYPTO_memcmp(check.data(), text.data() + random, token_check) == 0;
}

// base64url(nonce || ciphertext || tag). 96 random bits of nonce are safe for 2^32 seals under one
// key (NIST SP 800-38D, section 8.3): more PSUs than there are people.
std::string seal_under(std::string_view key, std::string_view plain, std::string_view context) {
  std::string sealed = random_bytes(nonce_size);
  sealed.resize(nonce_size + plain.size() + tag_size);
  unsigned char* const body = bytes(sealed) + nonce_size;
  const cipher_context c(EVP_CIPHER_CTX_new());
  int n = 0;
  const bool done =
      c &&
      EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(sealed)) == 1 &&
      EVP_EncryptUpdate(c.get(), nullptr, &n, bytes(context), size_of(context)) == 1 &&
      EVP_EncryptUpdate(c.get(), body, &n, bytes(plain), size_of(plain)) == 1 &&
      EVP_EncryptFinal_ex(c.get(), body + plain.size(), &n) == 1 &&
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, tag_size, body + plain.size()) == 1;
  if (!done) throw std::bad_alloc();  // with these parameters there is no other reason
  return base64url(sealed);
}

std::optional<std::string> open_under(std::string_view key, std::string_view sealed,
                                      std::string_view context) {
  auto raw = from_base64url(sealed);
  if (!raw || raw->size() < nonce_size + tag_size) return std::nullopt;
  std::string plain(raw->size() - nonce_size - tag_size, '\0');
  unsigned char* const body = bytes(*raw) + nonce_size;
  const cipher_context c(EVP_CIPHER_CTX_new());
  int n = 0;
  const bool done =
      c && EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, bytes(key), bytes(*raw)) == 1 &&
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, tag_size, body + plain.size()) == 1 &&
      EVP_DecryptUpdate(c.get(), nullptr, &n, bytes(context), size_of(context)) == 1 &&
      EVP_DecryptUpdate(c.get(), bytes(plain), &n, body, size_of(plain)) == 1 &&
      EVP_DecryptFinal_ex(c.get(), bytes(plain) + plain.size(), &n) == 1;
  if (!done) return std::nullopt;
  return plain;
}

}  // namespace

server_key::server_key(std::string_view master)
    : tpp_secret_key_(derived_key(master, "multipass: TPP secrets")),
      token_key_(derived_key(master, "multipass: token check characters")),
      refresh_key_(derived_key(master, "multipass: refresh token check characters")),
      signing_key_(derived_key(master, "multipass: signatures")),
      certificate_key_(derived_key(master, "multipass: certificates")),
      sealing_key_(derived_key(master, "multipass: sealed second factors")) {}

digest server_key::of_tpp_secret(std::string_view secret) const noexcept {
  return tpp_secret_key_.of(secret);
}

std::string server_key::make_token() const {
  return with_check_characters(token_key_, random_text(token_random));
}

bool server_key::may_be_token(std::string_view text) const noexcept {
  return has_check_characters(token_key_, text, token_random);
}

std::string server_key::make_refresh_token(std::string_view family) const {
  std::string random = family.empty() ? random_text(family_random) : std::string(family);
  random += random_text(refresh_random - family_random);
  return with_check_characters(refresh_key_, std::move(random));
}

bool server_key::may_be_refresh_token(std::string_view text) const noexcept {
  return has_check_characters(refresh_key_, text, refresh_random);
}

std::string_view server_key::family_of(std::string_view refresh_token) noexcept {
  return refresh_token.substr(0, family_random);
}

digest server_key::sign(std::string_view purpose, std::string_view text) const noexcept {
  // A purpose is a literal without NUL, so the first NUL ends it.
  return signing_key_.of(std::string(purpose).append(1, '\0').append(text));
}

digest server_key::mask_of(const digest& thumbprint) const noexcept {
  return certificate_key_.of(bytes_of(thumbprint));
}

std::string server_key::check_value() const {
  return base64url(bytes_of(sign("check value", "")));
}

std::string server_key::seal(std::string_view plain, std::string_view context) const {
  return seal_under(sealing_key_, plain, context);
}

std::optional<std::string> server_key::open(std::string_view sealed,
                                            std::string_view context) const {
  return open_under(sealing_key_, sealed, context);
}

std::string server_key::seal_for(std::string_view secret, std::string_view plain) const {
  const digest key = sign(sealed_for_holder, secret);
  return seal_under(bytes_of(key), plain, {});
}

std::optional<std::string> server_key::open_with(std::string_view secret,
                                                 std::string_view sealed) const {
  const digest key = sign(sealed_for_holder, secret);
  return open_under(bytes_of(key), sealed, {});
}

}  // namespace multipass
