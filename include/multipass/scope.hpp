// The three scopes of the specification ("Available scopes") and sets of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

/// Values are bits, in the alphabetical order in which answers list scopes.
enum class scope : std::uint8_t { account_balance = 1, account_details = 2, account_list = 4 };

/// The wire name, such as "account.list". Refers to static text.
std::string_view name_of(scope s) noexcept;

/// A set of scopes; a value, one byte.
class scope_set {
 public:
  constexpr scope_set() = default;
  constexpr scope_set(std::initializer_list<scope> scopes) {
    for (scope s : scopes) bits_ |= static_cast<std::uint8_t>(s);
  }
  static constexpr scope_set all() { return from_bits(7); }
  /// Bits that name no scope are dropped.
  static constexpr scope_set from_bits(unsigned bits) {
    scope_set set;
    set.bits_ = static_cast<std::uint8_t>(bits & 7U);
    return set;
  }
  constexpr std::uint8_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool contains(scope s) const { return (bits_ & static_cast<std::uint8_t>(s)) != 0; }
  constexpr bool contains(scope_set other) const { return (other.bits_ & ~bits_) == 0; }
  friend constexpr bool operator==(scope_set, scope_set) = default;

 private:
  std::uint8_t bits_ = 0;
};

/// Reads a scope list separated by spaces, commas or '+'. Duplicates fold. An empty list or an
/// unknown name is errc::invalid_input, naming the scope.
result<scope_set> parse_scopes(std::string_view text);

/// Space-separated, alphabetical: "account.details account.list".
std::string to_string(scope_set scopes);

}  // namespace multipass
