// What a listener counts: answers by endpoint and status, and how long they took. One set per event
// loop, written by that loop alone and read by /metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "metrics/histogram.hpp"

namespace multipass {

/// Statuses that are counted one by one; anything else counts as 500.
inline constexpr std::array<unsigned, 20> counted_statuses{200, 201, 303, 400, 401, 403, 404,
                                                           405, 408, 409, 410, 413, 414, 415,
                                                           417, 429, 431, 500, 503, 505};

class http_metrics {
 public:
  struct endpoint_counts {
    std::array<counter, counted_statuses.size()> by_status{};
    histogram latency;
  };

  /// `endpoints` rows, plus one for requests that reached none.
  http_metrics(std::size_t threads, std::size_t endpoints)
      : endpoints_(endpoints + 1),
        counts_(std::make_unique<endpoint_counts[]>(threads * endpoints_)) {}

  /// From the event loop `thread` only, so that nothing is shared on the hot path. `row` beyond the
  /// table stands for no endpoint.
  void record(std::size_t thread, std::size_t row, unsigned status,
              std::chrono::nanoseconds took) noexcept {
    auto& c = at(thread, row < endpoints_ ? row : endpoints_ - 1);
    std::size_t i = 0;
    while (i < counted_statuses.size() && counted_statuses[i] != status) ++i;
    if (i == counted_statuses.size()) i = 17;  // 500
    count(c.by_status[i]);
    c.latency.record(took);
  }

  const endpoint_counts& at(std::size_t thread, std::size_t row) const {
    return counts_[thread * endpoints_ + row];
  }
  endpoint_counts& at(std::size_t thread, std::size_t row) {
    return counts_[thread * endpoints_ + row];
  }
  std::size_t rows() const { return endpoints_; }

  std::atomic<std::int64_t> connections{0};       ///< open now
  std::atomic<std::uint64_t> accepted{0};         ///< since start
  std::atomic<std::uint64_t> accept_failures{0};  ///< accept() failed, such as out of descriptors
  std::atomic<std::uint64_t> tls_completed{0};    ///< handshakes in full
  std::atomic<std::uint64_t> tls_resumed{0};      ///< by a ticket of one before
  std::atomic<std::uint64_t> tls_failed{0};       ///< refused, given up or not in time
  std::atomic<std::uint64_t> refused_per_address{0};  ///< closed: its address has enough of them
  std::atomic<std::uint64_t> refused_proxy_header{
      0};  ///< closed: PROXY header missing, bad, forged

 private:
  std::size_t endpoints_;
  std::unique_ptr<endpoint_counts[]> counts_;
};

}  // namespace multipass
