#include "admin/json_fields.hpp"

namespace multipass {

boost::json::array scope_names(scope_set scopes) {
  boost::json::array names;
  for (const scope s : {scope::account_balance, scope::account_details, scope::account_list}) {
    if (scopes.contains(s)) names.emplace_back(name_of(s));
  }
  return names;
}

}  // namespace multipass
