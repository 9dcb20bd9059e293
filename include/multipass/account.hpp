// An account as the specification shows it ("Get account list"), and its balances.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"
#include "multipass/money.hpp"

namespace multipass {

/// The bank's number of an account, positive.
enum class account_id : std::int64_t {};

struct account {
  account_id id{};
  std::string name;
  std::string iban;                    ///< opaque text: never checked against mod 97
  std::string currency;                ///< ISO 4217 code
  std::string additional_data = "[]";  ///< a JSON array or object, as text
};

/// Reads the wire form: 1-19 decimal digits that fit int64. Otherwise errc::invalid_input.
result<account_id> parse_account_id(std::string_view text);

}  // namespace multipass
