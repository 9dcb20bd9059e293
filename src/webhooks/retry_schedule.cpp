#include "webhooks/retry_schedule.hpp"

#include <algorithm>

namespace multipass {
namespace {

constexpr std::chrono::seconds first_pause{2};
constexpr int growth = 3;

}  // namespace

std::chrono::seconds retry_pause(unsigned failed, std::uint32_t random) noexcept {
  auto whole = first_pause;
  for (unsigned i = 1; i < failed && whole < longest_retry_pause; ++i) whole *= growth;
  whole = std::min(whole, longest_retry_pause);
  const auto half = whole.count() / 2;
  return std::chrono::seconds{whole.count() - half + random % (half + 1)};
}

}  // namespace multipass
