#include "auth/bearer.hpp"

#include <algorithm>

#include "crypto/random.hpp"

namespace multipass {
namespace {

// Not boost::beast::iequals(): that of Boost 1.81 reads a byte behind the end of both.
bool is_scheme(std::string_view text) noexcept {
  constexpr std::string_view lower = "bearer";
  return std::ranges::equal(text, lower, [](char c, char l) { return (c | 0x20) == l; });
}

}  // namespace

bearer parse_bearer(std::string_view authorization) noexcept {
  constexpr std::size_t token_length = 25;
  const auto space = authorization.find(' ');
  if (!is_scheme(authorization.substr(0, space))) return {verdict::missing, {}};
  if (space == std::string_view::npos) return {verdict::malformed, {}};
  auto token = authorization.substr(space);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.size() != token_length || !is_alphanumeric(token)) return {verdict::malformed, {}};
  return {verdict::granted, token};
}

}  // namespace multipass
