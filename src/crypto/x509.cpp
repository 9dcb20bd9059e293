#include "crypto/x509.hpp"

#include <ctime>
#include <optional>

namespace multipass {
namespace {

constexpr std::size_t longest_certificate = 65'536;

std::optional<timestamp> time_of(const ASN1_TIME* written) {
  std::tm utc{};
  if (written == nullptr || ASN1_TIME_to_tm(written, &utc) != 1) return std::nullopt;
  return timestamp{std::chrono::seconds{::timegm(&utc)}};
}

}  // namespace

result<x509> parse_x509(std::string_view der) {
  const error_queue_mark queue;
  const auto malformed = [] {
    return fail(errc::invalid_input, "The client certificate is not an X.509 certificate");
  };
  if (der.size() > longest_certificate) return malformed();
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  x509 read(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!read || at != end) return malformed();
  return read;
}

// RFC 5280, section 4.1.2.5: from notBefore through notAfter, inclusive.
result<validity> validity_of(const X509& certificate) {
  const error_queue_mark queue;
  const auto from = time_of(X509_get0_notBefore(&certificate));
  const auto last = time_of(X509_get0_notAfter(&certificate));
  if (!from || !last) {
    return fail(errc::invalid_input, "The client certificate does not say how long it is valid");
  }
  return validity{*from, *last + std::chrono::seconds{1}};
}

}  // namespace multipass
