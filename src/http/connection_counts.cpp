#include "http/connection_counts.hpp"

namespace multipass {

std::optional<connection_counts::place> connection_counts::enter(const ip_address& a) {
  if (most_ == 0) return place{};
  const auto key = address_key(a);
  const std::lock_guard lock(mutex_);
  auto& open = open_[key];
  if (open >= most_) return std::nullopt;
  ++open;
  return place(*this, key);
}

void connection_counts::leave(std::uint64_t key) noexcept {
  const std::lock_guard lock(mutex_);
  const auto at = open_.find(key);
  if (--at->second == 0) open_.erase(at);
}

}  // namespace multipass
