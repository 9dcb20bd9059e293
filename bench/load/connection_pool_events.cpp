// connection_pool, second part: what comes in, and what time brings.
#include <cerrno>

#include "load/connection_pool.hpp"

namespace multipass::load {
namespace {

// Each sweep looks at a part of the connections, so that it holds up no request.
constexpr std::size_t sweep_parts = 10;

}  // namespace

void connection_pool::handle(std::uint32_t number, std::uint32_t events) {
  connection& c = connections_[number];
  if (c.now == connection::state::connecting) {
    if (const int problem = c.wire.connect_outcome(); problem != 0) {
      return fail_opening(c, problem, clock_now());
    }
    if ((events & EPOLLOUT) == 0) return;
    finish_opening(c);
  }
  if (c.now != connection::state::open) return;
  if ((events & EPOLLOUT) != 0 && !c.flush()) return lose(c, loss::reset, clock_now());
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) receive(c, events);
}

void connection_pool::receive(connection& c, std::uint32_t events) {
  // With an edge, what arrives after a short read is reported anew; the end of the stream, if it is
  // reported already, is not.
  const bool ends = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  while (true) {
    const auto in = c.wire.read(received_.data(), received_.size());
    const nanos now = clock_now();
    switch (in.what) {
      case io_outcome::kind::moved:
        if (!take_in(c, {received_.data(), in.bytes}, now)) return;
        if (in.bytes < received_.size() && !ends) return;
        break;
      case io_outcome::kind::again:
        return;
      case io_outcome::kind::closed:
        return lose(c, loss::closed, now);
      case io_outcome::kind::failed:
        return lose(c, loss::reset, now);
    }
  }
}

// False: the connection is lost.
bool connection_pool::take_in(connection& c, std::string_view bytes, nanos now) {
  bool closing = false;
  bool stray = false;
  const auto take_answer = [&](const answer& a) {
    stray = c.outstanding.empty();
    if (stray) return false;
    const ticket t = c.outstanding.pop();
    --in_flight_;
    c.has_answered = true;
    add_free(c);
    sink_.answered(t, a, now);
    closing = a.close;
    return !closing;
  };
  const bool framed = c.reader.read(bytes, take_answer);
  if (closing) {
    lose(c, loss::closed, now);
    return false;
  }
  stray = stray || (c.outstanding.empty() && !c.reader.empty());
  if (framed && !stray) return true;
  complain(c, framed ? "bytes behind the last answer that was asked for" : c.reader.problem());
  lose(c, loss::malformed, now);
  return false;
}

void connection_pool::complain(const connection& c, const std::string& problem) {
  if (c.outstanding.empty()) strays_.add();
  if (complaint_.empty()) complaint_ = problem;
}

void connection_pool::lose(connection& c, loss why, nanos now) {
  const bool may_reopen_now = c.has_answered && why != loss::malformed;
  c.close();
  c.now = connection::state::down;
  c.since = may_reopen_now ? now : now + reopening_pause;
  --open_;
  in_flight_ -= c.outstanding.size();
  while (!c.outstanding.empty()) sink_.lost(c.outstanding.pop(), why, now);
  if (may_reopen_now) start_opening(c, now);
}

void connection_pool::sweep(nanos now) {
  for (std::size_t i = 0; i * sweep_parts < connections_.size(); ++i) {
    check(connections_[next_swept_], now);
    if (++next_swept_ == connections_.size()) next_swept_ = 0;
  }
}

void connection_pool::check(connection& c, nanos now) {
  switch (c.now) {
    case connection::state::down:
      if (now >= c.since) start_opening(c, now);
      break;
    case connection::state::connecting:
      if (now - c.since > settings_.timeout) fail_opening(c, ETIMEDOUT, now);
      break;
    case connection::state::open:
      if (!c.outstanding.empty() && now - c.outstanding.front().sent > settings_.timeout) {
        lose(c, loss::timeout, now);
      }
      break;
  }
}

void connection_pool::give_up(nanos now) {
  for (auto& c : connections_) {
    in_flight_ -= c.outstanding.size();
    while (!c.outstanding.empty()) sink_.lost(c.outstanding.pop(), loss::timeout, now);
  }
}

}  // namespace multipass::load
