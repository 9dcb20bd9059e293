#include "consent/shown_consents.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace multipass {
namespace {

constexpr std::chrono::days shown_after_end{90};

}  // namespace

bool is_live(const consent& c, timestamp now) {
  return !c.ended_at && now < c.expires_at;
}

timestamp end_of(const consent& c) {
  return c.ended_at ? std::min(*c.ended_at, c.expires_at) : c.expires_at;
}

std::vector<consent> shown_consents(std::vector<consent> all, timestamp now) {
  std::erase_if(all, [&](const consent& c) { return now >= end_of(c) + shown_after_end; });
  std::ranges::sort(all, [&](const consent& a, const consent& b) {
    const auto rank = [&](const consent& c) {
      const bool live = is_live(c, now);
      return std::tuple{live, live ? c.granted_at : end_of(c), c.id};
    };
    return rank(a) > rank(b);
  });
  return all;
}

}  // namespace multipass
