#include "store/store_health.hpp"

namespace multipass {
namespace {

constexpr auto between_words = std::chrono::seconds{1};

}  // namespace

bool store_health::good() const noexcept {
  return can_read_.load(std::memory_order_relaxed) && can_write_.load(std::memory_order_relaxed);
}

// Spares the readers a shared write while nothing changes.
void store_health::worked(std::atomic<bool>& flag) noexcept {
  if (flag.load(std::memory_order_relaxed)) return;
  flag.store(true, std::memory_order_relaxed);
  tell();
}

void store_health::failed(std::atomic<bool>& flag, std::string_view reason) noexcept {
  if (!flag.load(std::memory_order_relaxed)) return;
  try {
    const std::lock_guard lock(mutex_);
    reason_ = reason;
  } catch (...) {
    // Without memory for it, the former reason stays.
  }
  flag.store(false, std::memory_order_relaxed);
  tell();
}

void store_health::tell(clock::time_point now) noexcept try {
  const std::lock_guard lock(mutex_);
  const bool available = good();
  if (available == told_good_ || now < next_word_) return;
  told_good_ = available;
  next_word_ = now + between_words;
  if (observer_) observer_(available, available ? std::string_view{} : reason_);
} catch (...) {
  // An observer that throws has been told.
}

}  // namespace multipass
