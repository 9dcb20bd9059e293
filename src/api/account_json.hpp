// Account answers as the specification shows them: keys, key order and number formats.
#pragma once

#include <string>
#include <vector>

#include "multipass/account.hpp"

namespace multipass {

/// "Get account list": {"accounts":[...]}
std::string account_list_json(const std::vector<account>& accounts);
/// "Get account": {"account":{...}}
std::string account_json(const account& a);
/// "Get balance": {"account":{"id":..,"name":..,"balance":[...]}}
std::string balance_json(const account& a, const std::vector<money>& balances);

}  // namespace multipass
