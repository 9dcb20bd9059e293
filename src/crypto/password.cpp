#include "crypto/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <new>
#include <optional>

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

namespace multipass {
namespace {

struct scrypt_parameters {
  unsigned log2_n = 15;
  unsigned r = 8;
  unsigned p = 1;
  std::string salt;
  std::string hash;
};

// Scrypt needs 128 * r * (N + p) bytes and a little. OpenSSL refuses what would take more than
// this.
constexpr std::uint64_t most_memory = 128U << 20;

std::optional<std::string> scrypt(std::string_view password, const scrypt_parameters& s,
                                  std::size_t length) {
  std::string key(length, '\0');
  const int done = EVP_PBE_scrypt(
      password.data(), password.size(), reinterpret_cast<const unsigned char*>(s.salt.data()),
      s.salt.size(), std::uint64_t{1} << s.log2_n, s.r, s.p, most_memory,
      reinterpret_cast<unsigned char*>(key.data()), length);
  if (done != 1) return std::nullopt;
  return key;
}

std::optional<unsigned> read_number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value == 0 || value > most) return std::nullopt;
  return value;
}

std::optional<std::array<std::string_view, 6>> split(std::string_view text) {
  std::array<std::string_view, 6> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto end = text.find('$');
    if ((end == std::string_view::npos) != (i + 1 == fields.size())) return std::nullopt;
    fields[i] = text.substr(0, end);
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  return fields;
}

// The stored cost is honoured, so that it can be raised later, but bounded.
std::optional<scrypt_parameters> read_hash(std::string_view text) {
  const auto fields = split(text);
  if (!fields || (*fields)[0] != "scrypt") return std::nullopt;
  const auto log2_n = read_number((*fields)[1], 20);
  const auto r = read_number((*fields)[2], 32);
  const auto p = read_number((*fields)[3], 16);
  auto salt = from_base64url((*fields)[4]);
  auto hash = from_base64url((*fields)[5]);
  if (!log2_n || !r || !p || !salt || !hash || hash->size() < 32) return std::nullopt;
  return scrypt_parameters{*log2_n, *r, *p, std::move(*salt), std::move(*hash)};
}

}  // namespace

std::string hash_password(std::string_view password) {
  scrypt_parameters s;
  s.salt = random_bytes(16);
  const auto key = scrypt(password, s, 32);
  if (!key) throw std::bad_alloc();  // with these parameters there is no other reason
  return "scrypt$15$8$1$" + base64url(s.salt) + '$' + base64url(*key);
}

bool password_matches(std::string_view password, std::string_view hash) noexcept {
  auto stored = read_hash(hash);
  const bool readable = stored.has_value();
  if (!readable) stored = read_hash(no_password_hash());
  const auto key = scrypt(password, *stored, stored->hash.size());
  return key && CRYPTO_memcmp(key->data(), stored->hash.data(), key->size()) == 0 && readable;
}

const std::string& no_password_hash() {
  // All zero: to find a password for it would be a preimage of the hash.
  static const std::string hash =
      "scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  return hash;
}

}  // namespace multipass
