#include "webhooks/dispatcher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

namespace multipass {
namespace {

constexpr std::chrono::seconds try_again{1};
constexpr std::chrono::seconds count_every{5};

}  // namespace

webhook_dispatcher::~webhook_dispatcher() {
  stop(std::chrono::steady_clock::now());
}

void webhook_dispatcher::start(store_pool& pool, const server_key& key) {
  services_.emplace(
      lane_services{loop_, pool, key, routes_, places_, settings_, wall_, log_, metrics_});
  pauses_.emplace(loop_.get_executor());
  retries_.emplace(loop_.get_executor());
  open_.emplace(loop_.get_executor());
  asio::co_spawn(loop_, begin(), asio::detached);
  thread_ = std::thread([this] {
    loop_.run();
    ended_.set_value();
  });
}

void webhook_dispatcher::wake(std::span<const tpp_id> tpps) noexcept try {
  auto knock = [this, all = std::vector<tpp_id>(tpps.begin(), tpps.end())] {
    for (const tpp_id tpp : all) open_lane(tpp);
  };
  asio::post(loop_, std::move(knock));
} catch (const std::exception&) {
  // No memory: the TPP's next event, or the next start, finds what is pending.
}

void webhook_dispatcher::stop(std::chrono::steady_clock::time_point until) {
  routes_.end();
  if (!thread_.joinable()) return;
  asio::post(loop_, [this] {
    stopping_ = true;
    open_.reset();
    pauses_->cancel();
    retries_->cancel();
    for (auto& [tpp, lane] : lanes_) lane->stop();
  });
  ended_.get_future().wait_until(until);
  loop_.stop();
  thread_.join();
}

void webhook_dispatcher::open_lane(tpp_id tpp) {
  if (stopping_) return;
  auto& lane = lanes_[tpp];
  if (lane) return lane->ring();
  lane = std::make_shared<webhook_lane>(*services_, tpp);
  asio::co_spawn(loop_, serve(tpp), asio::detached);
  if (!std::exchange(counts_, true)) {
    asio::co_spawn(loop_, count_while_busy(), asio::detached);
  }
}

// What was pending when the server stopped.
task<> webhook_dispatcher::begin() {
  auto read = [](store_reader& s) { return s.count_pending(); };
  while (!stopping_) {
    const auto counts = co_await services_->pool.read(read);
    if (counts) {
      for (const auto& c : *counts) open_lane(c.tpp);
      co_return;
    }
    if (stopping_) break;
    retries_->expires_after(try_again);
    co_await retries_->async_wait(asio::as_tuple(use_task));
  }
}

// Whatever happens in a lane, the next event opens it again.
task<> webhook_dispatcher::serve(tpp_id tpp) {
  const auto lane = lanes_.at(tpp);
  try {
    co_await lane->run();
  } catch (const std::exception& e) {
    log_.write_some(log_level::error, "webhook_lane_ended", {{"reason", e.what()}});
  }
  lanes_.erase(tpp);
  if (lanes_.empty()) pauses_->cancel();
}

// For the metric alone; when no lane is open, nothing is pending.
task<> webhook_dispatcher::count_while_busy() {
  auto read = [](store_reader& s) { return s.count_pending(); };
  while (!stopping_ && !lanes_.empty()) {
    const auto counts = co_await services_->pool.read(read);
    std::int64_t all = 0;
    if (counts) {
      for (const auto& c : *counts) all += c.events;
    }
    metrics_.pending.store(all, std::memory_order_relaxed);
    if (stopping_ || lanes_.empty()) break;
    pauses_->expires_after(count_every);
    co_await pauses_->async_wait(asio::as_tuple(use_task));
  }
  counts_ = false;
  if (lanes_.empty()) metrics_.pending.store(0, std::memory_order_relaxed);
}

}  // namespace multipass
