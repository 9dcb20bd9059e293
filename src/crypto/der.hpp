// Reads DER (X.690) as far as certificate extensions need it: elements with one-byte tags and
// definite, minimal lengths, one behind the other. Bounded by its input, never allocates. Not a
// decoder of types: it gives the contents octets as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace multipass {

enum class der_tag : std::uint8_t {
  object_identifier = 0x06,
  utf8_string = 0x0C,
  sequence = 0x30,
};

class der_reader {
 public:
  explicit der_reader(std::string_view bytes) noexcept : rest_(bytes) {}

  bool at_end() const noexcept { return rest_.empty(); }
  /// The contents of the next element. nullopt: it is malformed or has another tag; then nothing
  /// more can be read.
  std::optional<std::string_view> take(der_tag wanted) noexcept;
  /// Passes over one element of any tag; false when it is malformed.
  bool skip() noexcept;

 private:
  struct element {
    std::uint8_t tag;
    std::string_view contents;
  };
  std::optional<element> next() noexcept;

  std::string_view rest_;
};

}  // namespace multipass
