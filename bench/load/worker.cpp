#include "load/worker.hpp"

#include <algorithm>
#include <stdexcept>

#include "load/flow_traffic.hpp"
#include "load/mixed_traffic.hpp"

namespace multipass::load {
namespace {

constexpr nanos sweep_gap = 10 * one_millisecond;
// However much is due, answers are taken in after so many sends: they must not wait for us.
constexpr int most_sends = 32;

std::unique_ptr<traffic> make_traffic(const run_plan& plan, recorder& record, unsigned number) {
  if (plan.book) return std::make_unique<mixed_traffic>(plan.given, *plan.book, number);
  return std::make_unique<flow_traffic>(plan.given, record, number);
}

}  // namespace

worker::worker(run_plan& plan, unsigned number)
    : plan_(plan),
      record_(plan.classes, !plan.given.closed),
      traffic_(make_traffic(plan, record_, number)),
      events_(plan.given.spin) {
  const options& o = plan.given;
  answer_sink& sink = *this;
  for (const address* to : {&plan.to, &plan.admin}) {
    if (to->size == 0) continue;
    pool_settings s;
    s.to = *to;
    s.connections = worker_connections(o, number);
    s.depth = o.depth;
    s.timeout = o.timeout;
    s.key = pools_.size();
    pools_.push_back(std::make_unique<connection_pool>(std::move(s), events_, sink));
  }
}

void worker::open_connections() {
  for (auto& pool : pools_) {
    std::size_t open = 0;
    nanos progress = clock_now();
    while (!pool->all_open() && !plan_.stop.load(std::memory_order_relaxed)) {
      const nanos now = clock_now();
      if (pool->open() > open) progress = now;
      open = pool->open();
      if (now - progress > plan_.given.timeout) {
        throw std::runtime_error("only " + std::to_string(open) +
                                 " connections were accepted within --timeout");
      }
      pool->open_more(now);
      for (const auto& e : events_.wait(now + sweep_gap)) handle(e);
    }
    pool->begin();
  }
}

void worker::run(const run_times& times) {
  record_.measure_from(times.measure_from);
  traffic_->begin(times.start, times.end);
  nanos now = clock_now();
  nanos waited = 0;
  nanos next_sweep = now;
  nanos deadline = times.end + plan_.given.drain;
  bool stopped = false;
  while (!finished(now)) {
    send_due(now);
    if (now >= next_sweep) {
      for (auto& pool : pools_) pool->sweep(now);
      next_sweep = now + sweep_gap;
      behind_.set(static_cast<std::uint64_t>(std::max<nanos>(now - traffic_->next_due(now), 0)));
      if (!stopped && plan_.stop.load(std::memory_order_relaxed)) {
        stopped = true;
        traffic_->stop(now);
        deadline = std::min(deadline, now + std::min(plan_.given.drain, one_second));
      }
    }
    if (now >= deadline) {
      give_up(now);
      break;
    }
    const nanos before = clock_now();
    const auto ready = events_.wait(std::min({wake_at(now), next_sweep, deadline}));
    now = clock_now();
    waited += now - before;
    for (const auto& e : ready) {
      handle(e);
      send_due(clock_now());
    }
    if (!ready.empty()) now = clock_now();
  }
  busy_ =
      1 - static_cast<double>(waited) / static_cast<double>(std::max<nanos>(now - times.start, 1));
}

void worker::send_due(nanos now) {
  for (std::size_t pool = 0; pool < pools_.size(); ++pool) send_due(pool, now);
}

void worker::send_due(std::size_t pool, nanos now) {
  if (blocked_[pool]) starved_until_[pool] = now;
  for (int n = 0; n < most_sends && traffic_->due(static_cast<listener>(pool), now); ++n) {
    if (!pools_[pool]->has_free()) {
      starved_until_[pool] = now;
      break;
    }
    send_batch(pool, now);
    if (!pools_[pool]->has_free()) break;
    now = clock_now();
  }
  blocked_[pool] = !pools_[pool]->has_free();
}

// As many as are due and as this connection takes: pipelined requests leave in one segment.
void worker::send_batch(std::size_t pool, nanos now) {
  const auto to = static_cast<listener>(pool);
  outgoing_.clear();
  connection& c = pools_[pool]->take();
  do {
    ticket t = traffic_->next(to, now, outgoing_);
    t.sent = now;
    record_.sent(t, t.intended <= starved_until_[pool]);
    pools_[pool]->expect(c, t);
  } while (traffic_->due(to, now) && pools_[pool]->take_again(c));
  pools_[pool]->send(c, outgoing_, now);
}

void worker::handle(const epoll_event& e) {
  pools_[e.data.u64 >> 32U]->handle(static_cast<std::uint32_t>(e.data.u64), e.events);
}

nanos worker::wake_at(nanos now) {
  return pools_.front()->has_free() ? traffic_->next_due(now) : never;
}

bool worker::finished(nanos now) const {
  const auto idle = [](const auto& pool) { return pool->in_flight() == 0; };
  return traffic_->over(now) && std::all_of(pools_.begin(), pools_.end(), idle);
}

void worker::give_up(nanos now) {
  for (auto& pool : pools_) pool->give_up(now);
  traffic_->give_up(now, record_);
}

void worker::answered(const ticket& t, const answer& a, nanos now) {
  const bool as_expected = record_.answered(t, a, now);
  traffic_->answered(t, a, as_expected, now);
}

void worker::lost(const ticket& t, loss why, nanos now) {
  record_.lost(t, why, now);
  traffic_->lost(t);
}

std::uint64_t worker::reconnects() const noexcept {
  std::uint64_t n = 0;
  for (const auto& pool : pools_) n += pool->reconnects().get();
  return n;
}

std::uint64_t worker::failed_connects() const noexcept {
  std::uint64_t n = 0;
  for (const auto& pool : pools_) n += pool->failed_connects().get();
  return n;
}

std::uint64_t worker::strays() const noexcept {
  std::uint64_t n = 0;
  for (const auto& pool : pools_) n += pool->strays().get();
  return n;
}

std::string worker::complaint() const {
  for (const auto& pool : pools_) {
    if (!pool->complaint().empty()) return pool->complaint();
  }
  return {};
}

}  // namespace multipass::load
