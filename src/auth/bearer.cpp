#include "auth/bearer.hpp"

#include <boost/beast/core/string.hpp>

#include "crypto/random.hpp"

namespace multipass {

bearer parse_bearer(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "Bearer";
  constexpr std::size_t token_length = 25;
  const auto space = authorization.find(' ');
  const auto named = authorization.substr(0, space);
  if (!boost::beast::iequals(named, scheme)) return {verdict::missing, {}};
  if (space == std::string_view::npos) return {verdict::malformed, {}};
  auto token = authorization.substr(space);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.size() != token_length || !is_alphanumeric(token)) return {verdict::malformed, {}};
  return {verdict::granted, token};
}

}  // namespace multipass
