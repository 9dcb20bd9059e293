// What came of one attempt to deliver an event, and what follows from it. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "multipass/event.hpp"

namespace multipass {

struct attempt {
  enum class outcome : std::uint8_t {
    delivered,  ///< a 2xx
    failed,
    gone,  ///< 410: the receiver wants nothing more, ever
  };
  outcome what = outcome::failed;
  std::string error{};  ///< for the bank; no byte of the receiver's answer but its status
  std::chrono::seconds retry_after{0};  ///< as the receiver asked
};

/// Of an answer that began with this status.
attempt judge_answer(unsigned status, std::chrono::seconds retry_after);

/// Delivered, dead, or pending with the time of the next attempt. Dead when that would come later
/// than `retry_for` after the event was recorded or replayed. `random` spreads the retries.
delivery_outcome settle_attempt(const event& e, const attempt& tried, timestamp now,
                                std::chrono::seconds retry_for, std::uint32_t random);

}  // namespace multipass
