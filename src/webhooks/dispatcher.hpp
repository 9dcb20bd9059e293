// Delivers events to webhooks: what is pending in the store is sent as soon as it is due, again and
// again until it is acknowledged or given up. Everything that must not be lost is in the store;
// what is here may be cut at any moment, and then an event arrives twice rather than never.
//
// Each TPP that has something pending has a lane, a coroutine that ends when nothing is left. So a
// TPP that is slow or away holds up nobody else.
//
// Events of a TPP that is blocked are delivered all the same: that a consent was withdrawn is what
// it must know, and it can do nothing with it that a blocked TPP should not.
//
// A thread of its own between start() and stop(); wake() and use() from any thread, all others from
// one.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <thread>

#include "base/logger.hpp"
#include "base/task.hpp"
#include "crypto/server_key.hpp"
#include "metrics/webhook_metrics.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"
#include "webhooks/lane.hpp"
#include "webhooks/routes.hpp"
#include "webhooks/trust.hpp"

namespace multipass {

class webhook_dispatcher {
 public:
  /// All outlive this; `settings` is validated. At most so many deliveries are under way at once.
  webhook_dispatcher(const config& settings, const clock& wall, const logger& log,
                     std::size_t most_deliveries)
      : settings_(settings), wall_(wall), log_(log), places_(most_deliveries), routes_(settings) {}
  ~webhook_dispatcher();

  /// Receivers must chain to it from the next delivery on; before start() as well.
  void use(webhook_trust trust) { routes_.use(std::move(trust)); }

  /// Goes on with what is pending. Both outlive the deliveries, which end with stop().
  void start(store_pool& pool, const server_key& key);
  /// These TPPs have something new: their lanes look at once. Before start() as well.
  void wake(std::span<const tpp_id> tpps) noexcept;
  /// Begins nothing more; what is under way may end until then, and is cut thereafter. Idempotent.
  void stop(std::chrono::steady_clock::time_point until);

  const webhook_metrics& metrics() const { return metrics_; }

 private:
  void open_lane(tpp_id tpp);
  task<> begin();
  task<> serve(tpp_id tpp);
  task<> count_while_busy();

  const config& settings_;
  const clock& wall_;
  const logger& log_;
  webhook_metrics metrics_;

  delivery_places places_;  // the loop's
  asio::io_context loop_{1};
  webhook_routes routes_;
  // The loop's thread alone, from here on, once it runs.
  std::optional<lane_services> services_;
  std::optional<loop_timer> pauses_;   // of count_while_busy()
  std::optional<loop_timer> retries_;  // of begin()
  std::map<tpp_id, std::shared_ptr<webhook_lane>> lanes_;
  bool counts_ = false;
  bool stopping_ = false;

  std::optional<asio::executor_work_guard<executor>> open_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace multipass
