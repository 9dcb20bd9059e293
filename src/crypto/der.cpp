#include "crypto/der.hpp"

#include <cstddef>
#include <utility>

namespace multipass {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(bytes[i]);
}

}  // namespace

// X.690, sections 8.1.3 and 10.1: a length below 128 is one byte; above, the first byte says how
// many bytes follow, no more than needed. Four are more than any certificate has.
std::optional<der_reader::element> der_reader::next() noexcept {
  const auto bytes = std::exchange(rest_, {});  // what is malformed ends the reading
  if (bytes.size() < 2 || (byte_at(bytes, 0) & 0x1F) == 0x1F) return std::nullopt;
  std::size_t length = byte_at(bytes, 1);
  std::size_t header = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7F;
    if (count == 0 || count > 4 || bytes.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | byte_at(bytes, 2 + i);
    if (length < 0x80 || length >> (8 * (count - 1)) == 0) return std::nullopt;
    header += count;
  }
  if (length > bytes.size() - header) return std::nullopt;
  rest_ = bytes.substr(header + length);
  return element{byte_at(bytes, 0), bytes.substr(header, length)};
}

std::optional<std::string_view> der_reader::take(der_tag wanted) noexcept {
  const auto found = next();
  if (found && found->tag == static_cast<std::uint8_t>(wanted)) return found->contents;
  rest_ = {};
  return std::nullopt;
}

bool der_reader::skip() noexcept {
  return next().has_value();
}

}  // namespace multipass
