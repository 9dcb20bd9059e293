#include "multipass/scope.hpp"

#include <algorithm>
#include <array>

namespace multipass {
namespace {

constexpr std::array all_scopes{scope::account_balance, scope::account_details,
                                scope::account_list};

// What may stand in a message: small letters and dots, as scopes have. A secret that was sent in
// the wrong place is not among them.
bool may_repeat(std::string_view word) {
  return word.size() <= 32 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || c == '.';
         });
}

}  // namespace

std::string_view name_of(scope s) noexcept {
  switch (s) {
    case scope::account_balance:
      return "account.balance";
    case scope::account_details:
      return "account.details";
    case scope::account_list:
      return "account.list";
  }
  return {};
}

result<scope_set> parse_scopes(std::string_view text) {
  unsigned bits = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" ,+"), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    unsigned bit = 0;
    for (const scope s : all_scopes) {
      if (name_of(s) == word) bit = static_cast<unsigned>(s);
    }
    if (bit == 0) {
      return fail(errc::invalid_input,
                  "Unknown scope" + (may_repeat(word) ? " " + std::string(word) : std::string()) +
                      "; scopes are account.balance, account.details, account.list");
    }
    bits |= bit;
  }
  if (bits == 0) return fail(errc::invalid_input, "No scope was given");
  return scope_set::from_bits(bits);
}

std::string to_string(scope_set scopes) {
  std::string text;
  for (const scope s : all_scopes) {
    if (!scopes.contains(s)) continue;
    if (!text.empty()) text += ' ';
    text += name_of(s);
  }
  return text;
}

}  // namespace multipass
