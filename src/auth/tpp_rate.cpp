#include "auth/tpp_rate.hpp"

namespace multipass {

error asks_too_often(std::chrono::nanoseconds wait) {
  return {errc::too_many, "Too many requests of this TPP, wait", retry_after(wait)};
}

result<void> count_request(rate_limiter& tpp_rate, tpp_id t, rate_limiter::time_point now) {
  const auto too_soon_by = tpp_rate.take(rate_key(t), now);
  if (too_soon_by.count() <= 0) return {};
  return asks_too_often(too_soon_by);
}

}  // namespace multipass
