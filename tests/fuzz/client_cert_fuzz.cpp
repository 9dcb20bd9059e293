// The Client-Cert field: what is accepted is never longer than its text, and is the same when it is
// written again in either form.
#include "http/client_cert_field.hpp"

#include <algorithm>

#include "crypto/encoding.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

std::string base64(std::string_view bytes) {
  auto text = base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string all;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    all += {'%', hex[byte >> 4U], hex[byte & 15U]};
  }
  return all;
}

void check_same(std::string_view value, std::string_view der) {
  const auto read = read_client_cert(value);
  require(read && *read == der, "written and read, it is the same");
}

}  // namespace

void fuzz_client_cert(std::string_view bytes) {
  const auto der = read_client_cert(bytes);
  if (!der) {
    require(der.error().code == errc::invalid_input, "the sender's fault");
    require(der.error().message == "Client-Cert is malformed", "and no word of what was sent");
    return;
  }
  require(!der->empty() && der->size() < bytes.size(), "it is within its text");
  const auto text = base64(*der);
  const auto field = ":" + text + ":";
  if (bytes.starts_with(':')) require(bytes == field, "one text per value");
  check_same(field, *der);
  check_same(escaped("-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n"),
             *der);
}

}  // namespace multipass::fuzz
