#include "api/account_json.hpp"

#include "base/json_text.hpp"

namespace multipass {
namespace {

void append_id_and_name(std::string& out, const account& a) {
  out += "{\"id\":";
  out += std::to_string(static_cast<std::int64_t>(a.id));
  out += ",\"name\":";
  append_json_string(out, a.name);
}

void append_account(std::string& out, const account& a) {
  append_id_and_name(out, a);
  out += ",\"iban\":";
  append_json_string(out, a.iban);
  out += ",\"currency\":";
  append_json_string(out, a.currency);
  out += ",\"additional_data\":";
  out += a.additional_data;
  out += '}';
}

}  // namespace

std::string account_list_json(const std::vector<account>& accounts) {
  std::string out = "{\"accounts\":[";
  for (const auto& a : accounts) {
    if (&a != &accounts.front()) out += ',';
    append_account(out, a);
  }
  out += "]}";
  return out;
}

std::string account_json(const account& a) {
  std::string out = "{\"account\":";
  append_account(out, a);
  out += '}';
  return out;
}

std::string balance_json(const account& a, const std::vector<money>& balances) {
  std::string out = "{\"account\":";
  append_id_and_name(out, a);
  out += ",\"balance\":[";
  for (const auto& m : balances) {
    if (&m != &balances.front()) out += ',';
    out += "{\"currency\":";
    append_json_string(out, m.currency);
    out += ",\"available\":";
    append_amount(out, m);
    out += '}';
  }
  out += "]}}";
  return out;
}

}  // namespace multipass
