// A connection between accept() and the session that serves it: counted, and closed if it never
// gets there, because memory runs out at any point in between.
#pragma once

#include <unistd.h>

#include <utility>

#include "http/connection_counts.hpp"
#include "metrics/http_metrics.hpp"

namespace multipass {

class accepted_connection {
 public:
  /// Owns `descriptor`; counts in http_metrics::connections until destroyed.
  accepted_connection(int descriptor, http_metrics& counted) noexcept
      : descriptor_(descriptor), counted_(&counted) {
    counted.connections.fetch_add(1, std::memory_order_relaxed);
  }
  ~accepted_connection() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (counted_ != nullptr) counted_->connections.fetch_sub(1, std::memory_order_relaxed);
  }
  accepted_connection(accepted_connection&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        counted_(std::exchange(other.counted_, nullptr)),
        place_(std::move(other.place_)) {}
  accepted_connection& operator=(accepted_connection&&) = delete;

  /// Gives the descriptor away; it stays counted.
  int release() noexcept { return std::exchange(descriptor_, -1); }

  /// Its place among the connections of its address, kept as long as it is counted.
  void take(connection_counts::place p) noexcept { place_ = std::move(p); }

 private:
  int descriptor_;
  http_metrics* counted_;
  connection_counts::place place_;
};

}  // namespace multipass
