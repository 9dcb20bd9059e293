#include "crypto/encoding.hpp"

#include <cstdint>

namespace multipass {
namespace {

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// Both encodings are the same walk over the bits, 6 or 5 of them per character.
std::string encode(std::string_view bytes, std::string_view alphabet, unsigned bits_each) {
  std::string text;
  text.reserve((bytes.size() * 8 + bits_each - 1) / bits_each);
  std::uint32_t pending = 0;
  unsigned count = 0;
  const std::uint32_t mask = (1U << bits_each) - 1;
  for (const char c : bytes) {
    pending = (pending << 8) | static_cast<std::uint8_t>(c);
    for (count += 8; count >= bits_each; count -= bits_each) {
      text += alphabet[(pending >> (count - bits_each)) & mask];
    }
  }
  if (count > 0) text += alphabet[(pending << (bits_each - count)) & mask];
  return text;
}

// 6 bits per character.
std::optional<std::string> decode(std::string_view text, std::string_view alphabet) {
  std::string bytes;
  bytes.reserve(text.size() * 6 / 8);
  std::uint32_t pending = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(static_cast<std::uint8_t>(pending >> count));
    }
  }
  // One text per value (RFC 4648, section 3.5): no lone character, no stray bits at the end.
  if (count >= 6 || (pending & ((1U << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text = encode(bytes, base64_alphabet, 6);
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

std::string base64url(std::string_view bytes) {
  return encode(bytes, base64url_alphabet, 6);
}

std::string base32(std::string_view bytes) {
  return encode(bytes, base32_alphabet, 5);
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode(text, base64_alphabet);
}

std::optional<std::string> from_base64url(std::string_view text) {
  return decode(text, base64url_alphabet);
}

}  // namespace multipass
