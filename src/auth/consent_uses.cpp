#include "auth/consent_uses.hpp"

#include <algorithm>
#include <span>

#include "store/single_write.hpp"

namespace multipass {
namespace {

constexpr std::chrono::seconds every{30};
constexpr std::size_t most_noted = 65'536;  // then a period begins anew: some are noted twice
constexpr std::size_t batch = 100;          // nobody waits long behind one

}  // namespace

consent_uses::consent_uses(store_pool& pool, const clock& wall, std::size_t threads)
    : pool_(pool), wall_(wall) {
  for (std::size_t i = 0; i < threads; ++i) loops_.push_back(std::make_unique<per_loop>());
}

void consent_uses::note(std::size_t thread, consent_id consent, use_period period) {
  auto& loop = *loops_[thread];
  if (loop.period != period || loop.noted.size() >= most_noted) {
    loop.period = period;
    loop.noted.clear();
  }
  if (!loop.noted.insert(static_cast<std::int64_t>(consent)).second) return;
  const std::lock_guard lock(loop.mutex);
  loop.uses.push_back({consent, wall_.now()});
}

void consent_uses::start() {
  thread_ = std::thread([this] { run(); });
}

void consent_uses::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void consent_uses::run() {
  std::unique_lock lock(mutex_);
  while (!wakes_.wait_for(lock, every, [this] { return ends_; })) {
    lock.unlock();
    flush();
    lock.lock();
  }
  flush();
}

// Ascending, so that consents that lie side by side are written side by side.
void consent_uses::collect() {
  for (auto& loop : loops_) {
    const std::lock_guard lock(loop->mutex);
    pending_.insert(pending_.end(), loop->uses.begin(), loop->uses.end());
    loop->uses.clear();
  }
  const auto latest_first = [](const consent_use& a, const consent_use& b) {
    return a.consent != b.consent ? a.consent < b.consent : a.at > b.at;
  };
  const auto same = [](const consent_use& a, const consent_use& b) {
    return a.consent == b.consent;
  };
  std::sort(pending_.begin(), pending_.end(), latest_first);
  pending_.erase(std::unique(pending_.begin(), pending_.end(), same), pending_.end());
}

void consent_uses::flush() {
  collect();
  while (!pending_.empty()) {
    const std::span<const consent_use> all(pending_);
    const auto part = all.last(std::min(batch, all.size()));
    if (!pool_.write_blocking(single_write(&store_writer::note_uses, part))) return;
    pending_.resize(all.size() - part.size());
  }
}

}  // namespace multipass
