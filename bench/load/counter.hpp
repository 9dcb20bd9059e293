// A count that one thread writes and any thread reads, for display: relaxed, so that it costs the
// writer no more than a plain integer and orders nothing. A copy is a snapshot.
#pragma once

#include <atomic>
#include <cstdint>

namespace multipass::load {

class counter {
 public:
  counter() = default;
  counter(const counter& other) noexcept : value_(other.get()) {}
  counter& operator=(const counter& other) noexcept {
    set(other.get());
    return *this;
  }

  std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  // Writer only.
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  void add(std::uint64_t more = 1) noexcept { set(get() + more); }
  void raise_to(std::uint64_t value) noexcept {
    if (value > get()) set(value);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace multipass::load
