#include "load/connection_pool.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace multipass::load {
namespace {

constexpr std::size_t opening_at_once = 128;

}  // namespace

connection_pool::connection_pool(pool_settings settings, event_wait& events, answer_sink& sink)
    : settings_(std::move(settings)),
      events_(events),
      sink_(sink),
      free_(settings_.connections * settings_.depth),
      received_(262'144) {
  for (std::size_t i = 0; i < settings_.connections; ++i) {
    connections_.emplace_back(settings_.depth, static_cast<std::uint32_t>(i));
  }
}

void connection_pool::open_more(nanos now) {
  while (never_opened_ < connections_.size() && opening_ < opening_at_once) {
    start_opening(connections_[never_opened_++], now);
  }
}

void connection_pool::start_opening(connection& c, nanos now) {
  c.now = connection::state::connecting;
  c.since = now;
  ++opening_;
  if (const int problem = c.wire.start_connect(settings_.to); problem != 0) {
    return fail_opening(c, problem, now);
  }
  events_.add(c.wire.handle(), settings_.key << 32U | c.number);
}

void connection_pool::finish_opening(connection& c) {
  c.now = connection::state::open;
  c.has_answered = false;
  --opening_;
  ++open_;
  if (begun_) reconnects_.add();
  while (c.free_slots < settings_.depth) add_free(c);
}

void connection_pool::fail_opening(connection& c, int problem, nanos now) {
  c.close();
  c.now = connection::state::down;
  c.since = now + reopening_pause;
  --opening_;
  if (!begun_) {
    throw std::runtime_error("cannot connect to " + settings_.to.written + ": " +
                             std::strerror(problem));
  }
  failed_connects_.add();
}

void connection_pool::add_free(connection& c) noexcept {
  free_.push(c.number);
  ++c.free_slots;
}

bool connection_pool::has_free() noexcept {
  while (!free_.empty()) {
    if (connections_[free_.front()].now == connection::state::open) return true;
    take();
  }
  return false;
}

connection& connection_pool::take() noexcept {
  connection& c = connections_[free_.pop()];
  --c.free_slots;
  return c;
}

bool connection_pool::take_again(const connection& c) noexcept {
  if (!has_free() || free_.front() != c.number) return false;
  take();
  return true;
}

void connection_pool::expect(connection& c, const ticket& t) noexcept {
  c.outstanding.push(t);
  ++in_flight_;
}

void connection_pool::send(connection& c, std::string_view bytes, nanos now) {
  if (!c.send(bytes)) lose(c, loss::reset, now);
}

}  // namespace multipass::load
