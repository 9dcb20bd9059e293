// How often a thread of this program asked the C library for memory or for a lock. Linking the .cpp
// puts counting versions of malloc and pthread_mutex_lock and their kin into the whole program;
// operator new, SQLite and OpenSSL go through them as well. Under a sanitizer, which has its own,
// nothing is counted.
#pragma once

#include <cstdint>

namespace multipass::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool calls_are_counted = false;
#else
inline constexpr bool calls_are_counted = true;
#endif

struct call_counts {
  std::uint64_t allocations = 0;
  std::uint64_t locks = 0;
};

/// Of the calling thread, since it began.
call_counts calls_of_this_thread() noexcept;

}  // namespace multipass::testing
