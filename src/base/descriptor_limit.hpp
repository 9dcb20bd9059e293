// How many file descriptors the process may have, and how many connections fit into that. Any
// thread; the limit is the process's.
#pragma once

#include <cstddef>

namespace multipass {

/// RLIMIT_NOFILE, the soft one, which is what holds.
std::size_t descriptor_limit() noexcept;

/// Raises it to the hard one, as far as the system lets. For programs: a library leaves it alone.
void raise_descriptor_limit() noexcept;

/// At most `wanted`, so that they and `others` stay below `limit`; 0 when not even one fits.
constexpr std::size_t connections_that_fit(std::size_t wanted, std::size_t limit,
                                           std::size_t others) noexcept {
  const std::size_t left = limit > others ? limit - others : 0;
  return wanted < left ? wanted : left;
}

}  // namespace multipass
