// The way of most requests: read, answered from memory, written. All of it stands in this file and
// in headers, so that the compiler sees it whole; what waits is in session_waits.cpp, the other
// answers are in session_answers.cpp.
#include "http/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/character_set.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "multipass/digest.hpp"

namespace multipass {
namespace {

constexpr std::size_t output_kept = 65'536;            // larger buffers are given back
constexpr std::size_t most_pipelined_output = 65'536;  // then write before answering more

constexpr auto base64url_characters = alphanumerics.with("-_");

// A handle, token, code or refresh token (20, 25, 32, 46 letters and digits), or a key (43 of
// base64url): the handle's parameter is named x-request-id, as this field is, so somebody will send
// it here, and the log must not repeat it. Most ids of that length that others make are
// hexadecimal.
bool looks_secret(std::string_view text) {
  const auto size = text.size();
  if (size == 43) return base64url_characters.has_all(text);
  if (size != 20 && size != 25 && size != 32 && size != 46) return false;
  return is_alphanumeric(text) && text.find_first_not_of("0123456789abcdefABCDEF") != text.npos;
}

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

task<> serve_connection(accepted_connection connection, peer from, event_loop& loop, service& s) {
  session c(std::move(connection), std::move(from), loop, s);
  co_await c.run();
}

session::session(accepted_connection connection, peer from, event_loop& loop, service& s)
    : connection_(std::move(connection)),
      socket_(connection_.release(), loop.sockets()),
      peer_(std::move(from)),
      loop_(loop),
      service_(s),
      parser_(s.limits),
      input_(s.limits.header) {
  know_peer(peer_.address);
  loop_.enter(*this);
}

session::~session() {
  loop_.leave(*this);
}

task<> session::run() {
  if (service_.proxy_protocol) {
    const bool met = co_await meet_through_proxy();
    if (!met) co_return;
  }
  if (service_.tls != nullptr) open_ = co_await shake_hands();
  while (open_) {
    parse_unread();
    if (parser_.now() == request_parser::state::done) {
      if (!answer_from_memory()) co_await answer_with_wait();
      begin_request();
      if (output_.size() >= most_pipelined_output && !send_now()) {
        co_await flush();
        started_ = clock_type::now();
      }
      if (!input_.empty()) continue;
    } else if (parser_.now() == request_parser::state::refused) {
      refuse(parser_.why());
      break;
    }
    say_continue();
    if (!send_now()) co_await flush();
    if (!open_) break;
    input_.make_room();
    const auto room = input_.room();
    const auto got = socket_.read(room);
    input_.add(got.bytes);
    started_ = clock_type::now();
    if (got.how == socket::status::done && got.bytes < room.size()) continue;
    if (got.how == socket::status::ended || got.how == socket::status::failed) break;
    if (nothing_more_wanted()) break;
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
  input_.let_go();
  continued_ = false;
  request_deadline_ = {};
}

void session::parse_unread() {
  if (input_.empty()) return;
  const bool header_before = parser_.now() == request_parser::state::header;
  if (header_before) input_.make_header_fit();
  const auto taken = parser_.parse(input_.unread());
  if (header_before && parser_.now() == request_parser::state::body) {
    input_.keep(parser_.header_size());
    request_deadline_ = {};
  }
  input_.take(taken);
}

bool session::between_requests() const {
  return input_.empty() && parser_.now() == request_parser::state::header;
}

// A request that has come already, but was not read yet, is one in flight.
bool session::nothing_more_wanted() const {
  return loop_.draining() && between_requests() && !socket_.has_unread();
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

void session::choose_request_id() {
  const auto sent = parser_.current().request_id;
  request_id_ = is_request_id(sent) ? sent : loop_.make_request_id();
  auto& logged = parser_.current().request_id;
  logged = request_id_;
  if (sent.empty() || !looks_secret(request_id_)) return;
  masked_id_ = "sha256:" + base64url(bytes_of(sha256(request_id_)));
  logged = masked_id_;
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
  if (peer_.trusted) take_stated_address();
  choose_request_id();
  open_ = parser_.keep_alive() && !loop_.draining();
  auto& r = parser_.current();
  const auto found = service_.routes.find(r);
  row_ = found.index;
  const auto front = output_.size();
  answer out(answer_context(!open_));
  std::chrono::nanoseconds too_soon_by{0};
  if (service_.address_rate != nullptr) {
    too_soon_by = service_.address_rate->take(address_key_, started_);
  }
  if (too_soon_by.count() > 0) {
    answer_over_rate(out, too_soon_by);
  } else if (row_ == router::none) {
    if (found.allow.empty()) {
      out.problem(404, "There is nothing at this path");
    } else {
      out.problem(405, "This path does not have this method", "Allow: " + found.allow + "\r\n");
    }
  } else {
    const auto& row = service_.routes.row(row_);
    exchange x{r, peer_, out, loop_.index(), started_};
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

void session::finish_answer(unsigned status) {
  const auto now = clock_type::now();
  const auto took = now - std::exchange(started_, now);  // the next request may be here already
  service_.metrics.record(loop_.index(), row_, status, took);
  const auto level = status >= 500   ? log_level::warning
                     : status >= 400 ? log_level::info
                                     : log_level::debug;
  if (!service_.log.enabled(level) || (status >= 400 && !loop_.may_log_refusal())) return;
  log_answer(level, status, took);
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

}  // namespace multipass
