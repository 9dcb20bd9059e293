#include "store/purger.hpp"

#include <chrono>

namespace multipass {
namespace {

constexpr std::chrono::nanoseconds every = std::chrono::seconds{60};
constexpr std::size_t batch = 100;
constexpr int part = 10;  // of the writing thread's time it takes one in so many at most

}  // namespace

void purger::start() {
  thread_ = std::thread([this] { run(); });
}

void purger::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

// One transaction for both.
result<std::size_t> purger::purge_batch() {
  const auto now = wall_.now();
  auto work = [now, until = now - event_ttl_](store_writer& s) -> result<std::size_t> {
    const auto gone = s.purge(now, batch);
    if (!gone) return gone;
    const auto events = s.purge_events(until, batch - *gone);
    if (!events) return events;
    return *gone + *events;
  };
  return pool_.write_blocking(work);
}

void purger::run() {
  std::unique_lock lock(mutex_);
  auto pause = every;
  while (!wakes_.wait_for(lock, pause, [this] { return ends_; })) {
    lock.unlock();
    const auto begun = std::chrono::steady_clock::now();
    const auto gone = purge_batch();
    if (gone) metrics_.purged.fetch_add(*gone, std::memory_order_relaxed);
    const auto took = std::chrono::steady_clock::now() - begun;
    pause = gone && *gone == batch ? took * (part - 1) : every;
    lock.lock();
  }
}

}  // namespace multipass
