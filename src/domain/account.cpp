#include "multipass/account.hpp"

#include <algorithm>
#include <charconv>

namespace multipass {

result<account_id> parse_account_id(std::string_view text) {
  const auto bad = [] {  // made only when needed: this runs on the hot path
    return fail(errc::invalid_input, "Parameter accountId must be 1 to 19 decimal digits");
  };
  if (text.empty() || text.size() > 19) return bad();
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return bad();
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return bad();
  return account_id{number};
}

}  // namespace multipass
