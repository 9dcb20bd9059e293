#include "http/event_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "crypto/random.hpp"
#include "http/http_date.hpp"

namespace multipass {
namespace {

constexpr std::size_t prefix_length = 12;
constexpr unsigned refusals_per_second = 20;

}  // namespace

event_loop::event_loop(std::size_t index, const clock& wall)
    : index_(index),
      clock_(wall),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      timer_(context_),
      sockets_(context_),
      slow_(context_),
      request_id_(random_text(prefix_length)) {
  request_id_ += "-0";
  refresh_date();
}

event_loop::~event_loop() {
  join();
}

void event_loop::start() {
  now_ = std::chrono::steady_clock::now();
  asio::co_spawn(context_, tick(), asio::detached);
  sockets_.start();
  thread_ = std::thread([this] { context_.run(); });
}

void event_loop::join() {
  if (thread_.joinable()) thread_.join();
}

// What one session has no memory for ends that session, and not the loop's clock.
template <class Action>
void event_loop::for_each_member(Action action) noexcept {
  for (auto& m : members_) {
    try {
      action(m);
    } catch (const std::exception&) {
      m.abandon();
    }
  }
}

task<> event_loop::tick() {
  while (!finishing_ || !members_.empty()) {
    boost::system::error_code ec;
    timer_.expires_after(tick_length);
    co_await timer_.async_wait(asio::redirect_error(use_task, ec));
    now_ = std::chrono::steady_clock::now();
    refresh_date();
    for_each_member([this](loop_member& m) {
      if (m.deadline <= now_) m.deadline_passed();
    });
  }
  sockets_.stop();
}

void event_loop::refresh_date() {
  date_ = http_date(clock_.now());
}

void event_loop::drain() {
  asio::post(context_, [this] {
    draining_ = true;
    for_each_member([](loop_member& m) { m.drain(); });
  });
}

void event_loop::cut() {
  asio::post(context_, [this] {
    draining_ = true;
    for_each_member([](loop_member& m) { m.cut(); });
  });
}

void event_loop::finish() {
  asio::post(context_, [this] {
    finishing_ = true;
    timer_.cancel();
  });
}

void event_loop::enter(loop_member& m) {
  members_.push_back(m);
}

void event_loop::leave(loop_member& m) {
  members_.erase(members_.iterator_to(m));
}

// Counts in the text itself, from the last digit on.
std::string_view event_loop::make_request_id() {
  auto digit = request_id_.size() - 1;
  while (request_id_[digit] == '9') request_id_[digit--] = '0';
  if (request_id_[digit] == '-') {
    request_id_.insert(digit + 1, 1, '1');
  } else {
    ++request_id_[digit];
  }
  return request_id_;
}

bool event_loop::may_log_refusal() {
  if (const auto second = clock_.now(); second != refusals_second_) {
    refusals_second_ = second;
    refusals_logged_ = 0;
  }
  return ++refusals_logged_ <= refusals_per_second;
}

}  // namespace multipass
