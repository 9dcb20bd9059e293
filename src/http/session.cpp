#include "http/session.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace multipass {
namespace {

constexpr std::size_t output_kept = 65'536;            // larger buffers are given back
constexpr std::size_t most_pipelined_output = 65'536;  // then write before answering more
constexpr auto linger_time = std::chrono::seconds{2};
constexpr std::size_t most_lingered = 1'048'576;

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

task<> serve_connection(int descriptor, event_loop& loop, service& s) {
  session c(descriptor, loop, s);
  co_await c.run();
}

session::session(int descriptor, event_loop& loop, service& s)
    : socket_(descriptor, loop.sockets()),
      loop_(loop),
      service_(s),
      parser_(s.limits),
      capacity_(3 * s.limits.header + 1024),
      input_(new char[capacity_]) {
  loop_.enter(*this);
}

session::~session() {
  loop_.leave(*this);
  service_.metrics.connections.fetch_sub(1, std::memory_order_relaxed);
}

void session::deadline_passed() {
  timed_out_ = true;
  deadline = time_point::max();
  socket_.cancel();
}

// A request that has come already, but was not read yet, is one in flight.
void session::drain() {
  if (waiting_ == wait::idle && !socket_.has_unread()) socket_.cancel();
}

void session::cut() {
  open_ = false;
  socket_.close();
}

task<> session::run() {
  while (open_) {
    parse_unread();
    if (parser_.now() == request_parser::state::done) {
      if (!answer_from_memory()) co_await answer_with_wait();
      begin_request();
      if (output_.size() >= most_pipelined_output && !send_now()) {
        co_await flush();
        started_ = clock_type::now();
      }
      if (begin_ < end_) continue;
    } else if (parser_.now() == request_parser::state::refused) {
      refuse(parser_.why());
      break;
    }
    say_continue();
    if (!send_now()) co_await flush();
    if (!open_ || nothing_more_wanted()) break;
    make_room();
    const auto room = capacity_ - end_;
    const auto got = socket_.read({input_.get() + end_, room});
    end_ += got.bytes;
    started_ = clock_type::now();
    if (got.how == socket::status::done && got.bytes < room) continue;
    if (got.how == socket::status::ended || got.how == socket::status::failed) break;
    // Nothing has come; or more than there was room for, and then the loop's other sessions have
    // their turn first, so that a peer that never stops sending does not keep the loop.
    start_wait();
    const bool ready = co_await socket_.readable();
    if (!ready) refuse_if_late();
    waiting_ = wait::none;
    deadline = time_point::max();
  }
  if (!send_now()) co_await flush();
  if (!gone_) co_await linger();
}

void session::begin_request() {
  parser_.start();
  header_end_ = 0;
  continued_ = false;
  request_deadline_ = {};
  if (begin_ == end_) begin_ = end_ = 0;
}

void session::parse_unread() {
  if (begin_ == end_) return;
  const bool header_before = parser_.now() == request_parser::state::header;
  if (header_before && begin_ > service_.limits.header) move_unread_to(0);
  const auto front = begin_;
  begin_ += parser_.parse(unread());
  if (header_before && parser_.now() == request_parser::state::body) {
    header_end_ = front + parser_.header_size();
    request_deadline_ = {};
  }
}

// Unread bytes may move while no view points at them: to the front while a header is incomplete, to
// just behind the header while a body is.
void session::make_room() {
  const bool in_body = parser_.now() == request_parser::state::body;
  const auto front = in_body ? header_end_ : 0;
  if (begin_ == front || (begin_ != end_ && capacity_ - end_ >= capacity_ / 4)) return;
  move_unread_to(front);
}

void session::move_unread_to(std::size_t front) {
  std::memmove(input_.get() + front, input_.get() + begin_, end_ - begin_);
  end_ = front + (end_ - begin_);
  begin_ = front;
}

bool session::between_requests() const {
  return begin_ == end_ && parser_.now() == request_parser::state::header;
}

bool session::nothing_more_wanted() const {
  return loop_.draining() && between_requests();
}

void session::say_continue() {
  if (continued_ || !parser_.expects_continue()) return;
  continued_ = true;
  output_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void session::start_wait() {
  timed_out_ = false;
  const auto& l = service_.limits;
  if (between_requests()) {
    waiting_ = wait::idle;
    deadline = loop_.now() + l.idle_timeout;
    return;
  }
  waiting_ = parser_.now() == request_parser::state::body ? wait::body : wait::header;
  if (request_deadline_ == time_point{}) {
    request_deadline_ = loop_.now() + (waiting_ == wait::body ? l.body_timeout : l.header_timeout);
  }
  deadline = request_deadline_;
}

// The wait was ended from outside: by a deadline, or because the server stops.
void session::refuse_if_late() {
  open_ = false;
  if (!timed_out_) return;
  if (waiting_ == wait::header) refuse({408, "The header did not come in time"});
  if (waiting_ == wait::body) refuse({408, "The body did not come in time"});
}

void session::choose_request_id() {
  const auto sent = parser_.current().request_id;
  request_id_ = is_request_id(sent) ? sent : loop_.make_request_id();
  parser_.current().request_id = request_id_;
}

answer::context session::answer_context(bool close) {
  return {.buffer = &output_,
          .date = loop_.date(),
          .request_id = request_id_,
          .head = parser_.current().method == verb::head,
          .close = close,
          .keep_alive_1_0 = parser_.is_http_1_0()};
}

// True when the request is answered; false: row_ has to be run, and may wait.
bool session::answer_from_memory() {
  choose_request_id();
  open_ = parser_.keep_alive() && !loop_.draining();
  auto& r = parser_.current();
  const auto found = service_.routes.find(r);
  row_ = found.index;
  const auto front = output_.size();
  answer out(answer_context(!open_));
  if (row_ == router::none) {
    if (found.allow.empty()) {
      out.problem(404, "There is nothing at this path");
    } else {
      out.problem(405, "This path does not have this method", "Allow: " + found.allow + "\r\n");
    }
  } else {
    const auto& row = service_.routes.row(row_);
    exchange x{r, out, loop_.index(), started_};
    try {
      if (!row.from_memory || !row.from_memory(x)) return false;
    } catch (const std::exception& e) {
      output_.resize(front);  // what is before belongs to earlier requests
      answer_failure(e.what());
      return true;
    }
  }
  open_ = open_ && !out.closes();
  finish_answer(out.status());
  return true;
}

task<> session::answer_with_wait() {
  // Answers that are ready do not wait behind one that asks the store.
  if (!send_now()) co_await flush();
  if (gone_) co_return;
  if (!loop_.slow().may_go()) co_await loop_.slow().turn();
  const auto& row = service_.routes.row(row_);
  answer out(answer_context(!open_));
  exchange x{parser_.current(), out, loop_.index(), started_};
  std::string failure;
  try {
    co_await row.handle(x);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  if (out.status() != 0 && failure.empty()) {
    open_ = open_ && !out.closes();
    finish_answer(out.status());
  } else {
    output_.clear();
    answer_failure(failure.empty() ? "no answer" : failure);
  }
}

void session::answer_failure(std::string_view reason) {
  service_.log.write(
      log_level::error, "handler_failed",
      {{"request", request_id_}, {"endpoint", service_.routes.row(row_).name}, {"reason", reason}});
  open_ = false;
  answer out(answer_context(true));
  out.problem(500, "The server could not answer this request");
  finish_answer(500);
}

void session::refuse(const refusal& why) {
  open_ = false;
  row_ = router::none;
  choose_request_id();
  answer out(answer_context(true));
  out.problem(why.status, why.message);
  finish_answer(why.status);
}

void session::finish_answer(unsigned status) {
  const auto now = clock_type::now();
  const auto took = now - std::exchange(started_, now);  // the next request may be here already
  service_.metrics.record(loop_.index(), row_, status, took);
  const auto level = status >= 500   ? log_level::warning
                     : status >= 400 ? log_level::info
                                     : log_level::debug;
  if (!service_.log.enabled(level) || (status >= 400 && !loop_.may_log_refusal())) return;
  const auto name =
      row_ == router::none ? std::string_view{"none"} : service_.routes.row(row_).name;
  service_.log.write(
      level, "request",
      {{"request", request_id_},
       {"endpoint", name},
       {"status", std::to_string(status)},
       {"microseconds",
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count())}});
}

// Tries to write without waiting: most answers fit into the socket's buffer, and this spares them a
// coroutine and a trip through the reactor. False: the rest has to wait for the peer.
bool session::send_now() {
  while (sent_ < output_.size() && !gone_) {
    const auto put = socket_.write({output_.data() + sent_, output_.size() - sent_});
    if (put.how == socket::status::not_now) return false;
    sent_ += put.bytes;
    gone_ = put.how == socket::status::failed;
  }
  if (gone_) open_ = false;
  sent_ = 0;
  output_.clear();
  if (output_.capacity() > output_kept) output_.shrink_to_fit();
  return true;
}

task<> session::flush() {
  while (!send_now()) {
    waiting_ = wait::write;
    deadline = loop_.now() + service_.limits.write_timeout;
    const bool ready = co_await socket_.writable();
    gone_ = gone_ || !ready;
    waiting_ = wait::none;
    deadline = time_point::max();
  }
}

// Closing with unread bytes in the receive buffer makes the kernel send a reset, which may overtake
// the answer (RFC 9112, section 9.6). So: say that we are done, then read what still comes, for a
// while.
task<> session::linger() {
  socket_.shutdown_send();
  deadline = loop_.now() + linger_time;
  std::size_t read = 0;
  while (read < most_lingered) {
    const auto got = socket_.read({input_.get(), capacity_});
    read += got.bytes;
    if (got.how == socket::status::done) continue;
    if (got.how != socket::status::not_now) break;
    const bool ready = co_await socket_.readable();
    if (!ready) break;
  }
}

}  // namespace multipass
