// The deliveries of one TPP: reads what is pending, sends what is due, a few at once and of one
// consent never more than one (the store sees to that), and settles what comes of it. While a
// receiver fails at everything, it is tried with one event at a time, with pauses in between.
//
// Belongs to the dispatcher's event loop.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/logger.hpp"
#include "base/task.hpp"
#include "crypto/server_key.hpp"
#include "metrics/webhook_metrics.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"
#include "webhooks/delivery_places.hpp"
#include "webhooks/routes.hpp"

namespace multipass {

using loop_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, executor>;

/// All outlive the lanes.
struct lane_services {
  asio::io_context& loop;
  store_pool& pool;
  const server_key& key;
  webhook_routes& routes;
  delivery_places& places;
  const config& settings;
  const clock& wall;
  const logger& log;
  webhook_metrics& metrics;
};

/// Owned by shared pointers: what is under way keeps it, should run() end by an exception.
class webhook_lane : public std::enable_shared_from_this<webhook_lane> {
 public:
  webhook_lane(const lane_services& s, tpp_id tpp)
      : s_(s), tpp_(tpp), bell_(s.loop.get_executor()) {}

  /// Ends when nothing is pending, or after stop() when nothing is under way. Run once.
  task<> run();
  /// There is something new.
  void ring();
  void stop();

 private:
  using steady = std::chrono::steady_clock;
  struct finished {
    event_delivery sent;
    attempt tried;
    bool was_sent = false;  // or given up without
  };

  std::size_t room() const;
  bool may_settle() const;
  void stand_in_line();
  task<> look();
  bool give_up(const std::vector<event_delivery>& pending, timestamp now);
  task<> begin(std::vector<event_delivery> due);
  task<attempt> send(event_delivery d, std::shared_ptr<const webhook_route> route,
                     steady::time_point deadline);
  void finish(const event_delivery& d, attempt a);
  task<> settle();
  void note(const event_delivery& d, const delivery_outcome& o);

  const lane_services& s_;
  const tpp_id tpp_;
  loop_timer bell_;  // cancelled to wake run()
  bool rung_ = false;
  bool stopping_ = false;
  bool in_line_ = false;            // for a place
  bool empty_ = false;              // the last look found nothing pending, and nobody rang since
  unsigned failures_ = 0;           // times in a row that nothing was delivered
  steady::time_point next_look_{};  // at the latest, unless somebody rings
  steady::time_point pauses_until_{};
  unsigned unsettled_ = 0;            // writes in a row that failed
  steady::time_point settles_at_{};   // not before, unless it stops
  std::set<std::int64_t> under_way_;  // numbers of events begun and not settled
  std::vector<finished> finished_;
};

}  // namespace multipass
