// What one TPP may ask of us per second.
#pragma once

#include "base/rate_limiter.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// Counts one request of `t`, now. errc::too_many, with the time to wait, when that is too many.
result<void> count_request(rate_limiter& tpp_rate, tpp_id t, rate_limiter::time_point now);

}  // namespace multipass
