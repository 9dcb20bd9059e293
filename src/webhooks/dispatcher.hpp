// Delivers events to webhooks: what is pending in the store is sent as soon as it is due, again and
// again until it is acknowledged or given up. Everything that must not be lost is in the store;
// what is here may be cut at any moment, and then an event arrives twice rather than never.
//
// Each TPP that has something pending has a lane, a coroutine that ends when nothing is left. So a
// TPP that is slow or away holds up nobody else. A lane takes a few events at once, of one consent
// never more than one (the store sees to that), and settles them in one transaction; while a
// receiver fails at everything, it is tried with one event at a time and pauses in between.
//
// Events of a TPP that is blocked are delivered all the same: that a consent was withdrawn is what
// it must know, and it can do nothing with it that a blocked TPP should not.
//
// A thread of its own between start() and stop(); wake() from any thread, all others from one.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/logger.hpp"
#include "base/networks.hpp"
#include "base/task.hpp"
#include "base/worker_pool.hpp"
#include "crypto/server_key.hpp"
#include "metrics/webhook_metrics.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/trust.hpp"

namespace multipass {

class webhook_dispatcher {
 public:
  /// All outlive this; `settings` is validated.
  webhook_dispatcher(const config& settings, const clock& wall, const logger& log);
  ~webhook_dispatcher();

  /// Receivers must chain to it from the next delivery on. Any thread, before start() as well.
  void use(webhook_trust trust);

  /// Goes on with what is pending. Both outlive the deliveries, which end with stop().
  void start(store_pool& pool, const server_key& key);
  /// These TPPs have something new: their lanes look at once. Before start() as well.
  void wake(std::span<const tpp_id> tpps) noexcept;
  /// Begins nothing more; what is under way may end until then, and is cut thereafter. Idempotent.
  void stop(std::chrono::steady_clock::time_point until);

  const webhook_metrics& metrics() const { return metrics_; }

 private:
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, executor>;
  struct lane {
    explicit lane(asio::io_context& loop) : bell(loop.get_executor()) {}
    timer bell;             // cancelled to wake the coroutine
    bool knocked = false;   // something new came while it was busy
    unsigned failures = 0;  // batches in a row of which nothing was delivered
  };

  void open_lane(tpp_id tpp);
  task<> begin();
  task<> serve(tpp_id tpp);
  task<> work(lane& l, tpp_id tpp);
  task<> sleep(lane& l, std::chrono::steady_clock::duration time);
  task<> pause(lane& l, std::chrono::steady_clock::duration time);
  task<> deliver_batch(lane& l, std::span<const event_delivery> due);
  task<std::vector<attempt>> attempt_all(lane& l, std::span<const event_delivery> due);
  task<attempt> attempt_one(const event_delivery& d, const webhook_route& route,
                            std::chrono::steady_clock::time_point deadline);
  task<result<webhook_route>> find_route(const std::string& url);
  task<> settle(lane& l, std::span<const event_delivery> due, std::span<const attempt> tried);
  task<> count_pending();
  void note(const event_delivery& d, const delivery_outcome& o);

  const config& settings_;
  const clock& wall_;
  const logger& log_;
  const networks allowed_;
  webhook_metrics metrics_;
  std::mutex mutex_;  // guards trust_
  webhook_trust trust_;

  asio::io_context loop_{1};
  worker_pool resolvers_;  // name servers are slow where their owners want them to be
  store_pool* pool_ = nullptr;
  const server_key* key_ = nullptr;
  // The loop's thread alone, from here on.
  std::map<tpp_id, std::unique_ptr<lane>> lanes_;
  std::chrono::steady_clock::time_point counted_{};
  bool stopping_ = false;

  std::optional<asio::executor_work_guard<executor>> open_;
  std::promise<void> ended_;
  std::thread thread_;
};

}  // namespace multipass
