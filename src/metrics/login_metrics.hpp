// How log-ins on the consent page ended. Relaxed atomics from any event loop: a log-in costs a
// password hash, so sharing them costs nothing.
#pragma once

#include <atomic>
#include <cstdint>

namespace multipass {

struct login_metrics {
  std::atomic<std::uint64_t> passed{0};
  std::atomic<std::uint64_t> failed{0};
  std::atomic<std::uint64_t> refused{0};   ///< while locked out: the password was not looked at
  std::atomic<std::uint64_t> lockouts{0};  ///< begun
};

}  // namespace multipass
