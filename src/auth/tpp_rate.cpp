#include "auth/tpp_rate.hpp"

namespace multipass {

result<void> count_request(rate_limiter& tpp_rate, tpp_id t, rate_limiter::time_point now) {
  const auto too_soon_by = tpp_rate.take(static_cast<std::uint64_t>(t), now);
  if (too_soon_by.count() <= 0) return {};
  return error{errc::too_many, "Too many requests of this TPP, wait", retry_after(too_soon_by)};
}

}  // namespace multipass
