// The answers of a session that are not made from memory at once.
#include "http/session.hpp"

#include <exception>

namespace multipass {

task<> session::answer_with_wait() {
  // Answers that are ready do not wait behind one that asks the store.
  if (!send_now()) co_await flush();
  if (gone_) co_return;
  if (!loop_.slow().may_go()) co_await loop_.slow().turn();
  const auto& row = service_.routes.row(row_);
  answer out(answer_context(!open_));
  exchange x{parser_.current(), peer_, out, loop_.index(), started_};
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
  service_.log.write_some(
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

void session::log_answer(log_level level, unsigned status, std::chrono::nanoseconds took) {
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

}  // namespace multipass
