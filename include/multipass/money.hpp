// Amounts in integer minor units with exactly the currency's ISO 4217 digits. No floating point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

/// An amount: 30.40 EUR is {"EUR", 3040}; 1500 JPY is {"JPY", 1500}.
struct money {
  std::string currency;    ///< ISO 4217 code, three capital letters
  std::int64_t minor = 0;  ///< in the currency's minor unit; may be negative
  friend bool operator==(const money&, const money&) = default;
};

/// Minor digits of an ISO 4217 currency (EUR 2, JPY 0, KWD 3), or -1 for a code not in the list.
int minor_digits(std::string_view currency) noexcept;

/// Reads "30.40" in `currency`: optional '-', digits, and exactly the currency's minor digits
/// (a whole number may leave them out). Anything else, or beyond int64, is errc::invalid_input.
result<money> parse_money(std::string_view amount, std::string_view currency);

/// Appends the amount as a JSON number, with exactly the currency's minor digits: 30.40, 1500,
/// -0.05.
void append_amount(std::string& out, const money& amount);

}  // namespace multipass
