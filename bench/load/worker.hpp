// One thread's part of the load: its connections, its traffic, and the loop that sends what is due
// and takes in what comes back.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "load/connection_pool.hpp"
#include "load/event_wait.hpp"
#include "load/options.hpp"
#include "load/recorder.hpp"
#include "load/request_book.hpp"
#include "load/traffic.hpp"

namespace multipass::load {

/// What all workers of a run share. Immutable, but for `stop`.
struct run_plan {
  const options& given;
  address to;
  address admin;                       ///< --flow whole
  std::unique_ptr<request_book> book;  ///< not for --flow whole
  std::vector<request_class> classes;
  std::atomic<bool> stop{false};  ///< set by whoever wants the run to end early
};

struct run_times {
  nanos start = 0;
  nanos measure_from = 0;
  nanos end = 0;  ///< nothing is due from here on
};

class worker final : answer_sink {
 public:
  /// Throws std::runtime_error when the traffic's files cannot be used.
  worker(run_plan& plan, unsigned number);

  /// Opens all connections; throws std::runtime_error when it cannot. On the thread of run().
  void open_connections();
  /// Until all that was due is answered, or --drain after the end.
  void run(const run_times& times);

  // Any thread, at any time.
  const recorder& record() const noexcept { return record_; }
  /// How long ago the oldest request was due that has not been sent.
  nanos behind() const noexcept { return static_cast<nanos>(behind_.get()); }
  std::uint64_t reconnects() const noexcept;
  std::uint64_t failed_connects() const noexcept;
  std::uint64_t strays() const noexcept;

  // After run().
  std::string complaint() const;
  std::string ended_early() const { return traffic_->ended_early(); }
  /// The part of the run that this thread did not spend waiting, 0 to 1.
  double busy() const noexcept { return busy_; }

 private:
  void answered(const ticket& t, const answer& a, nanos now) override;
  void lost(const ticket& t, loss why, nanos now) override;

  void send_due(nanos now);
  void send_due(std::size_t pool, nanos now);
  void send_batch(std::size_t pool, nanos now);
  void handle(const epoll_event& e);
  nanos wake_at(nanos now);
  bool finished(nanos now) const;
  void give_up(nanos now);

  run_plan& plan_;
  recorder record_;
  std::unique_ptr<traffic> traffic_;
  event_wait events_;
  std::vector<std::unique_ptr<connection_pool>> pools_;  // by listener
  std::string outgoing_;
  // No connection was free since the last look; until when requests had to wait for one.
  std::array<bool, 2> blocked_{};
  std::array<nanos, 2> starved_until_{};
  counter behind_;
  double busy_ = 0;
};

}  // namespace multipass::load
