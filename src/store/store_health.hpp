// Whether the store can be read and written, as its jobs find it, and who is told when that
// changes. Not a check of its own: the pool tries again while nobody asks.
//
// Thread safety: all functions from any thread. While nothing changes they only read, but for
// tell().
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace multipass {

class store_health {
 public:
  using clock = std::chrono::steady_clock;

  /// `reason` is empty when the store is available again. Called from the store's threads, one at a
  /// time, and once a second at most, so that a fault that comes and goes does not flood the log.
  using observer = std::function<void(bool available, std::string_view reason)>;

  explicit store_health(observer o) : observer_(std::move(o)) {}

  bool good() const noexcept;

  void read_worked() noexcept { worked(can_read_); }
  void write_worked() noexcept { worked(can_write_); }
  void read_failed(std::string_view reason) noexcept { failed(can_read_, reason); }
  void write_failed(std::string_view reason) noexcept { failed(can_write_, reason); }

  /// Tells of a change that came too soon after the one before. To be called now and then.
  void tell(clock::time_point now = clock::now()) noexcept;

 private:
  void worked(std::atomic<bool>& flag) noexcept;
  void failed(std::atomic<bool>& flag, std::string_view reason) noexcept;

  // For display only, so relaxed: they order nothing.
  std::atomic<bool> can_read_{true};
  std::atomic<bool> can_write_{true};

  const observer observer_;
  std::mutex mutex_;  // guards what follows, and calls of observer_
  std::string reason_;
  bool told_good_ = true;
  clock::time_point next_word_{};
};

}  // namespace multipass
