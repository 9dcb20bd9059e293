#include "http/client_cert_field.hpp"

#include <algorithm>
#include <optional>

#include "crypto/encoding.hpp"

namespace multipass {
namespace {

int value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = value_of(text[i + 1]);
    const int low = value_of(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// RFC 7468, section 2, with nothing before or behind.
std::optional<std::string> der_of_pem(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----\n";
  constexpr std::string_view end = "-----END CERTIFICATE-----";
  if (pem.ends_with('\n')) pem.remove_suffix(1);
  if (!pem.starts_with(begin) || !pem.ends_with(end)) return std::nullopt;
  std::string base64(pem.substr(begin.size(), pem.size() - begin.size() - end.size()));
  std::erase(base64, '\n');
  return from_base64(base64);
}

std::optional<std::string> der_of(std::string_view value) {
  if (value.starts_with(':')) {
    if (value.size() < 2 || !value.ends_with(':')) return std::nullopt;
    return from_base64(value.substr(1, value.size() - 2));
  }
  const auto pem = percent_decoded(value);
  return pem ? der_of_pem(*pem) : std::nullopt;
}

}  // namespace

result<std::string> read_client_cert(std::string_view value) {
  auto der = der_of(value);
  if (!der || der->empty()) return fail(errc::invalid_input, "Client-Cert is malformed");
  return std::move(*der);
}

}  // namespace multipass
