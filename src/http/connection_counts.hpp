// How many connections each address has open. Asked once per connection, never per request.
// Thread-safe: a lock around a table that holds connected addresses only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/address_key.hpp"

namespace multipass {

class connection_counts {
 public:
  /// One connection's place in the count, given back at its end. Must not outlive the counts. An
  /// empty one counts for nobody.
  class place {
   public:
    place() = default;
    place(place&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)), key_(other.key_) {}
    place& operator=(place&& other) noexcept {
      std::swap(counts_, other.counts_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~place() {
      if (counts_ != nullptr) counts_->leave(key_);
    }

   private:
    friend class connection_counts;
    place(connection_counts& counts, std::uint64_t key) : counts_(&counts), key_(key) {}
    connection_counts* counts_ = nullptr;
    std::uint64_t key_ = 0;
  };

  /// `most` per address; 0: no limit.
  explicit connection_counts(std::size_t most) : most_(most) {}

  /// nullopt: `a` has as many as it may.
  std::optional<place> enter(const ip_address& a);

 private:
  void leave(std::uint64_t key) noexcept;

  const std::size_t most_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::uint64_t, std::size_t> open_;
};

}  // namespace multipass
