// Account imports as CSV and JSON: each row is an account that may be kept, or says why not.
#include "admin/account_import_file.hpp"

#include <set>

#include "base/json_text.hpp"
#include "base/json_value.hpp"
#include "domain/names.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {
namespace {

void check(const account_import& row) {
  require(row.value.id > account_id{0}, "an id is positive");
  require(check_username(row.psu).has_value(), "an owner's name is one");
  require(is_utf8(row.value.name) && is_utf8(row.value.iban), "text is UTF-8");
  require(minor_digits(row.value.currency) >= 0, "a currency is known");
  require(parse_json(row.value.additional_data).has_value(), "additional data is JSON");
  std::set<std::string> currencies;
  for (const auto& balance : row.balances) {
    require(minor_digits(balance.currency) >= 0, "a balance's currency is known");
    require(currencies.insert(balance.currency).second, "one balance to a currency");
  }
}

}  // namespace

void fuzz_import_file(std::string_view bytes) {
  const bool csv = take_choice(bytes) % 2 == 0;
  const auto rows = csv ? parse_account_csv(bytes) : parse_account_json(bytes);
  if (!rows) {
    require(!rows.error().message.empty(), "a reason");
    return;
  }
  std::set<account_id> ids;
  std::size_t number = 0;
  for (const auto& row : *rows) {
    require(row.number == ++number, "rows are numbered in order");
    if (row.account) {
      check(*row.account);
      require(ids.insert(row.account->value.id).second, "an id stands once");
    } else {
      require(!row.account.error().message.empty(), "a reason");
    }
  }
}

}  // namespace multipass::fuzz
