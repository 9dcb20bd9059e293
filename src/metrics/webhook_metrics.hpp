// What webhooks count. Relaxed atomics: for display only, they order nothing.
#pragma once

#include <atomic>
#include <cstdint>

namespace multipass {

struct webhook_metrics {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> failed{0};  ///< attempts that will be made again
  std::atomic<std::uint64_t> dead{0};    ///< events given up
  std::atomic<std::int64_t> pending{0};  ///< events to be delivered, as of a few seconds ago
};

}  // namespace multipass
