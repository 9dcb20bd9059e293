// Wall time that a test turns by hand.
#pragma once

#include <atomic>

#include "multipass/clock.hpp"

namespace multipass::testing {

class manual_clock final : public clock {
 public:
  timestamp now() const noexcept override {
    return timestamp{std::chrono::seconds{seconds_.load()}};
  }
  void advance(std::chrono::seconds by) { seconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> seconds_{1'800'000'000};
};

}  // namespace multipass::testing
