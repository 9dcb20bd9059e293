// What one TPP may ask of us per second.
#pragma once

#include "base/rate_limiter.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// One bucket per TPP.
inline std::uint64_t rate_key(tpp_id t) noexcept {
  return static_cast<std::uint64_t>(t);
}

/// What who has to wait that long is told.
error asks_too_often(std::chrono::nanoseconds wait);

/// Counts one request of `t`, now. errc::too_many, with the time to wait, when that is too many.
result<void> count_request(rate_limiter& tpp_rate, tpp_id t, rate_limiter::time_point now);

}  // namespace multipass
