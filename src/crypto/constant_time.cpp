#include "crypto/constant_time.hpp"

#include <openssl/crypto.h>

namespace multipass {

bool same_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace multipass
