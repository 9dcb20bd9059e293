// One number per host, for counting by address. Pure.
#pragma once

#include <cstdint>

#include "base/networks.hpp"

namespace multipass {

/// An IPv6 host commands a whole /64 (RFC 6177), so that counts as one. An IPv4 address has a
/// number that no such network has: its first byte is zero, a block that the IETF keeps (RFC 4291,
/// section 2.4). Never 0. `a` is without_mapping().
inline std::uint64_t address_key(const ip_address& a) noexcept {
  if (a.is_v4()) return 0x00FF'0000'0000'0000 | a.to_v4().to_uint();
  std::uint64_t network = 0;
  const auto bytes = a.to_v6().to_bytes();
  for (std::size_t i = 0; i < 8; ++i) network = network << 8U | bytes[i];
  return network == 0 ? 1 : network;
}

}  // namespace multipass
