// The two forms of an account import: JSON {"accounts": [...]} and CSV with a header row. Pure:
// text in, rows out; whether the owner exists is the store's to say. Any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "multipass/error.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// One account of the file, or why it could not be read.
struct import_row {
  std::size_t number;  ///< from 1 in file order; the header row of a CSV is not counted
  result<account_import> account;
};

/// Every row is read whatever became of the others, and an id that stands in an earlier row is an
/// error of the later one. Fails as a whole, errc::invalid_input, when there are no rows to tell
/// apart: not JSON, not UTF-8, another header.
result<std::vector<import_row>> parse_account_json(std::string_view text,
                                                   std::size_t most_depth = usual_json_depth);

/// The header is "id,psu,name,iban,currency,additional_data,balances"; additional_data is JSON (or
/// empty, for none), balances are written "EUR 30.40; GBP 420.74".
result<std::vector<import_row>> parse_account_csv(std::string_view text);

}  // namespace multipass
