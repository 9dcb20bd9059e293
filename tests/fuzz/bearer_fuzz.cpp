// The Authorization header: a token is 25 characters behind the scheme, and the header's end.
#include "auth/bearer.hpp"

#include "crypto/random.hpp"
#include "fuzz/target.hpp"

namespace multipass::fuzz {

void fuzz_bearer(std::string_view bytes) {
  const auto read = parse_bearer(bytes);
  if (read.problem != verdict::granted) {
    require(read.problem == verdict::missing || read.problem == verdict::malformed, "two problems");
    require(read.token.empty(), "no token where there is a problem");
    return;
  }
  require(read.token.size() == 25 && is_alphanumeric(read.token), "a token is 25 characters");
  require(bytes.ends_with(read.token), "nothing stands behind it");
  auto scheme = bytes.substr(0, bytes.size() - read.token.size());
  require(scheme.ends_with(' '), "a blank before it");
  scheme = scheme.substr(0, scheme.find(' '));
  require(scheme.size() == 6 && (scheme[0] | 0x20) == 'b', "and the scheme");
}

}  // namespace multipass::fuzz
