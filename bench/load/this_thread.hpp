// What the system is asked for on behalf of the calling thread or the process. Each throws
// std::runtime_error when it is refused.
#pragma once

#include <cstddef>
#include <vector>

namespace multipass::load {

/// The calling thread, and those it starts, run on these CPUs only.
void pin_to(const std::vector<int>& cpus);
/// Sleeps of the calling thread end when they should: by default the kernel may make each 50 us
/// longer, to save wake-ups.
void sharpen_timers() noexcept;
/// The process may hold so many sockets and files.
void allow_handles(std::size_t count);

}  // namespace multipass::load
