// What the store pool counts. Relaxed atomics: for display only, they order nothing.
#pragma once

#include <atomic>
#include <cstdint>

#include "metrics/histogram.hpp"

namespace multipass {

struct store_metrics {
  std::atomic<std::uint64_t> reads{0};           ///< read jobs run
  std::atomic<std::uint64_t> writes{0};          ///< write jobs run
  std::atomic<std::uint64_t> refused{0};         ///< jobs refused because a queue was full
  std::atomic<std::uint64_t> failed_reads{0};    ///< read jobs that found the store unavailable
  std::atomic<std::uint64_t> failed_commits{0};  ///< transactions that could not be committed
  std::atomic<std::uint64_t> purged{0};          ///< rows removed because they no longer matter
  std::atomic<std::int64_t> waiting_reads{0};    ///< jobs in the read queue now
  std::atomic<std::int64_t> waiting_writes{0};   ///< jobs in the write queue now
  histogram commit;                              ///< BEGIN to COMMIT returned, per transaction
};

}  // namespace multipass
