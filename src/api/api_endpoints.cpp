#include "api/api_endpoints.hpp"

#include <array>

namespace multipass {
namespace {

struct account_row {
  std::string_view path, name;
  scope needed;
};
constexpr std::array account_rows{
    account_row{"/api/tpp/accounts", "accounts", scope::account_list},
    account_row{"/api/tpp/account", "account", scope::account_details},
    account_row{"/api/tpp/account/balance", "balance", scope::account_balance},
};

struct authorization_row {
  std::string_view path, name;
  task<> (authorization_endpoints::*handle)(exchange&);
};
constexpr std::array authorization_rows{
    authorization_row{"/api/tpp/authorize", "authorize", &authorization_endpoints::authorize},
    authorization_row{"/api/client/token", "token", &authorization_endpoints::token},
    authorization_row{"/api/client/token/revoke", "revoke", &authorization_endpoints::revoke},
};

}  // namespace

endpoint_table api_endpoints(authorization_endpoints& authorization, account_endpoints& accounts) {
  endpoint_table table;
  for (const auto& row : account_rows) {
    table.push_back(
        {verb::post, row.path, row.name,
         [&accounts, needed = row.needed](exchange& x) { return accounts.handle(x, needed); },
         [&accounts, needed = row.needed](exchange& x) {
           return accounts.from_memory(x, needed);
         }});
  }
  for (const auto& row : authorization_rows) {
    table.push_back(
        {verb::post,
         row.path,
         row.name,
         [&authorization, handle = row.handle](exchange& x) { return (authorization.*handle)(x); },
         {}});
  }
  return table;
}

}  // namespace multipass
