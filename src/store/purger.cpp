#include "store/purger.hpp"

#include <chrono>

#include "store/single_write.hpp"

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

void purger::run() {
  std::unique_lock lock(mutex_);
  auto pause = every;
  while (!wakes_.wait_for(lock, pause, [this] { return ends_; })) {
    lock.unlock();
    const auto begun = std::chrono::steady_clock::now();
    const auto gone = pool_.write_blocking(single_write(&store_writer::purge, wall_.now(), batch));
    if (gone) metrics_.purged.fetch_add(*gone, std::memory_order_relaxed);
    const auto took = std::chrono::steady_clock::now() - begun;
    pause = gone && *gone == batch ? took * (part - 1) : every;
    lock.lock();
  }
}

}  // namespace multipass
