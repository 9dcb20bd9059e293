#include "admin/json_fields.hpp"

#include <array>
#include <ctime>

namespace multipass {

std::string rfc3339(timestamp t) {
  const std::time_t seconds = t.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

boost::json::array scope_names(scope_set scopes) {
  boost::json::array names;
  for (const scope s : {scope::account_balance, scope::account_details, scope::account_list}) {
    if (scopes.contains(s)) names.emplace_back(name_of(s));
  }
  return names;
}

}  // namespace multipass
