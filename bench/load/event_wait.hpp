// epoll, edge-triggered, waiting until a point in time that is met within a few microseconds.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "load/clock.hpp"

namespace multipass::load {

class event_wait {
 public:
  /// It sleeps until `spin` before the point it waits for, and polls from there: a sleep alone ends
  /// tens of microseconds late.
  explicit event_wait(nanos spin);
  ~event_wait();
  event_wait(const event_wait&) = delete;
  event_wait& operator=(const event_wait&) = delete;

  /// Reports the handle's changes of readiness, both directions, with this key.
  void add(int handle, std::uint64_t key);
  /// Returns what became ready, or nothing when `until` has come. Closed handles leave by
  /// themselves.
  std::span<const epoll_event> wait(nanos until);

 private:
  int poll(nanos timeout) noexcept;

  nanos spin_;
  bool precise_ = true;  // the kernel takes time-outs in nanoseconds
  int handle_;
  std::array<epoll_event, 256> events_{};
};

}  // namespace multipass::load
