// The answers of a session that are not made from memory at once.
#include "http/session.hpp"

#include <exception>

#include "http/problem.hpp"

namespace multipass {

task<> session::answer_with_wait() {
  // Answers that are ready do not wait behind one that asks the store.
  if (!send_now()) co_await flush();
  if (gone_) co_return;
  waiting_ = wait::handler;
  timed_out_ = false;
  deadline = loop_.now() + service_.limits.handler_timeout;
  if (!loop_.slow().may_go()) co_await loop_.slow().turn();
  const auto& row = service_.routes.row(row_);
  answer out(answer_context(!open_));
  exchange x{parser_.current(), peer_, out, loop_.index(), started_};
  std::string failure;
  try {
    if (!timed_out_) co_await row.handle(x);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  waiting_ = wait::none;
  deadline = time_point::max();
  if (timed_out_) {  // and answered
    output_.clear();
    if (!failure.empty()) log_failure(failure);
    co_return;
  }
  if (out.status() != 0 && failure.empty()) {
    open_ = open_ && !out.closes();
    finish_answer(out.status());
  } else {
    output_.clear();
    answer_failure(failure.empty() ? "no answer" : failure);
  }
}

void session::log_failure(std::string_view reason) {
  service_.log.write_some(log_level::error, "handler_failed",
                          {{"request", parser_.current().request_id},
                           {"endpoint", service_.routes.row(row_).name},
                           {"reason", reason}});
}

void session::answer_failure(std::string_view reason) {
  log_failure(reason);
  open_ = false;
  answer out(answer_context(true));
  out.problem(500, "The server could not answer this request");
  finish_answer(500);
}

// The handler goes on: its request, its answer and the buffer behind that are its own until it is
// done, and so long the session stays. This answer passes by them. Should the socket not take it,
// the peer has not read what came before.
void session::answer_late() {
  open_ = false;
  std::string bytes;
  auto context = answer_context(true);
  context.buffer = &bytes;
  answer out(context);
  out.problem(503, "The answer did not come in time, try again", "Retry-After: 1\r\n");
  finish_answer(503);
  socket_.write(bytes);
  socket_.shutdown_send();
}

void session::answer_over_rate(answer& out, std::chrono::nanoseconds too_soon_by) {
  const auto seconds = retry_after(too_soon_by);
  if (row_ != router::none && service_.routes.row(row_).over_rate) {
    exchange x{parser_.current(), peer_, out, loop_.index(), started_};
    service_.routes.row(row_).over_rate(x, seconds);
  } else {
    out.problem(429, "Too many requests from this address, wait", retry_after_line(seconds));
  }
}

void session::refuse(const refusal& why) {
  peer_.address = connected_from_;  // nothing in a bad request is believed
  open_ = false;
  row_ = router::none;
  choose_request_id();
  answer out(answer_context(true));
  out.problem(why.status, why.message);
  finish_answer(why.status);
}

void session::log_answer(log_level level, unsigned status, std::chrono::nanoseconds took) {
  const auto name =
      row_ == router::none ? std::string_view{"none"} : service_.routes.row(row_).name;
  const auto address = peer_.address.to_string();
  service_.log.write(
      level, "request",
      {{"request", parser_.current().request_id},
       {"address", address},
       {"endpoint", name},
       {"status", std::to_string(status)},
       {"microseconds",
        std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(took).count())}});
}

}  // namespace multipass
