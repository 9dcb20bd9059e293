#include "admin/account_import_file.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "admin/csv.hpp"
#include "admin/json_object.hpp"
#include "admin/plain_text.hpp"
#include "base/json_text.hpp"
#include "domain/names.hpp"

namespace multipass {

namespace {

constexpr std::string_view csv_header = "id,psu,name,iban,currency,additional_data,balances";
constexpr std::size_t csv_columns = 7;

result<void> check_currency(std::string_view currency) {
  if (minor_digits(currency) >= 0) return {};
  return fail(errc::invalid_input,
              "currency \"" + std::string(currency) + "\" is not an ISO 4217 code");
}

// What both forms demand of a row once it is read.
result<void> check_row(const account_import& row) {
  if (row.value.id <= account_id{0}) {
    return fail(errc::invalid_input, "id must be a positive whole number");
  }
  if (auto name = check_username(row.psu); !name) {
    return fail(errc::invalid_input, "psu: " + name.error().message);
  }
  if (auto name = check_plain_text("name", row.value.name, 1, 200); !name) return name.error();
  if (auto iban = check_plain_text("iban", row.value.iban, 1, 64); !iban) return iban.error();
  return check_currency(row.value.currency);
}

result<void> add_balance(account_import& row, std::string_view currency, std::string_view amount) {
  if (auto known = check_currency(currency); !known) {
    return fail(errc::invalid_input, "balances: " + known.error().message);
  }
  auto read = parse_money(amount, currency);
  if (!read) return fail(errc::invalid_input, "balances: " + read.error().message);
  if (std::ranges::find(row.balances, currency, &money::currency) != row.balances.end()) {
    return fail(errc::invalid_input, "balances hold " + std::string(currency) + " twice");
  }
  row.balances.push_back(std::move(*read));
  return {};
}

result<std::string> read_additional_data(const json_value& value) {
  if (value.what == json_value::kind::array || value.what == json_value::kind::object) {
    return to_json(value);
  }
  return fail(errc::invalid_input, "additional_data must be a JSON array or object");
}

result<void> read_json_balance(account_import& row, const json_value& value, std::size_t index) {
  json_object balance(value, "balances[" + std::to_string(index) + "].");
  const auto currency = balance.text("currency");
  const json_value* amount = balance.any("available");
  if (amount == nullptr) {
    balance.refuse("available", "is missing");
  } else if (amount->what != json_value::kind::string) {
    balance.refuse("available", "must be a string such as \"30.40\", never a JSON number");
  }
  if (auto read = balance.finish(); !read) return read.error();
  return add_balance(row, currency, amount->text);
}

result<account_import> read_json_row(const json_value& value) {
  if (value.what != json_value::kind::object) {
    return fail(errc::invalid_input, "An account must be a JSON object");
  }
  json_object object(value);
  account_import row;
  row.value.id = account_id{object.integer("id")};
  row.psu = object.text("psu");
  row.value.name = object.text("name");
  row.value.iban = object.text("iban");
  row.value.currency = object.text("currency");
  const json_value* additional = object.any("additional_data");
  const auto& balances = object.optional_array("balances");
  if (auto read = object.finish(); !read) return read.error();
  if (auto checked = check_row(row); !checked) return checked.error();
  if (additional != nullptr) {
    auto text = read_additional_data(*additional);
    if (!text) return text.error();
    row.value.additional_data = std::move(*text);
  }
  for (std::size_t i = 0; i < balances.size(); ++i) {
    if (auto read = read_json_balance(row, balances[i], i); !read) return read.error();
  }
  return row;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

result<void> read_csv_balances(account_import& row, std::string_view list) {
  while (!trimmed(list).empty()) {
    const auto end = std::min(list.find(';'), list.size());
    const std::string_view item = trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto space = item.find(' ');
    if (space == std::string_view::npos) {
      return fail(errc::invalid_input, "balances must be written \"EUR 30.40; GBP 420.74\"");
    }
    auto added = add_balance(row, item.substr(0, space), trimmed(item.substr(space)));
    if (!added) return added.error();
  }
  return {};
}

result<account_import> read_csv_row(const csv_record& fields) {
  if (fields.size() != csv_columns) {
    return fail(errc::invalid_input, "The row has " + std::to_string(fields.size()) +
                                         " fields, expected " + std::to_string(csv_columns));
  }
  auto id = parse_account_id(fields[0]);
  if (!id) return fail(errc::invalid_input, "id must be a positive whole number");
  account_import row;
  row.psu = fields[1];
  row.value = {*id, fields[2], fields[3], fields[4], "[]"};
  if (auto checked = check_row(row); !checked) return checked.error();
  if (!fields[5].empty()) {
    auto additional = parse_json(fields[5]);
    if (!additional) {
      return fail(errc::invalid_input, "additional_data: " + additional.error().message);
    }
    auto text = read_additional_data(*additional);
    if (!text) return text.error();
    row.value.additional_data = std::move(*text);
  }
  if (auto balances = read_csv_balances(row, fields[6]); !balances) return balances.error();
  return row;
}

// The first of several rows with the same id stands; the later ones become errors.
std::vector<import_row> refuse_repeated_ids(std::vector<import_row> rows) {
  std::unordered_map<std::int64_t, std::size_t> first_row;
  for (import_row& row : rows) {
    if (!row.account) continue;
    const auto id = static_cast<std::int64_t>(row.account->value.id);
    const auto [at, is_new] = first_row.emplace(id, row.number);
    if (is_new) continue;
    row.account = fail(errc::invalid_input, "id " + std::to_string(id) + " is already in row " +
                                                std::to_string(at->second));
  }
  return rows;
}

}  // namespace

result<std::vector<import_row>> parse_account_json(std::string_view text, std::size_t most_depth) {
  auto document = parse_json(text, most_depth);
  if (!document) return document.error();
  json_object body(*document);
  const auto& accounts = body.array("accounts");
  if (auto read = body.finish(); !read) return read.error();
  std::vector<import_row> rows;
  for (const json_value& item : accounts) rows.push_back({rows.size() + 1, read_json_row(item)});
  return refuse_repeated_ids(std::move(rows));
}

result<std::vector<import_row>> parse_account_csv(std::string_view text) {
  if (!is_utf8(text)) return fail(errc::invalid_input, "The file is not UTF-8 text");
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // spreadsheets write one
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string_view header = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(header.size() + 1, text.size()));
  if (header.ends_with('\r')) header.remove_suffix(1);
  if (header != csv_header) {
    return fail(errc::invalid_input,
                "The first row must be the header \"" + std::string(csv_header) + "\"");
  }
  std::vector<import_row> rows;
  while (!text.empty()) {
    auto record = next_csv_record(text);
    auto account = record ? read_csv_row(*record) : result<account_import>(record.error());
    rows.push_back({rows.size() + 1, std::move(account)});
  }
  return refuse_repeated_ids(std::move(rows));
}

}  // namespace multipass
