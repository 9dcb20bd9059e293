#include "http/problem.hpp"

namespace multipass {

unsigned status_of(errc code) noexcept {
  switch (code) {
    case errc::invalid_input:
      return 400;
    case errc::unauthorized:
      return 401;
    case errc::forbidden:
      return 403;
    case errc::not_found:
      return 404;
    case errc::conflict:
      return 409;
    case errc::too_large:
      return 413;
    case errc::unsupported_media:
      return 415;
    case errc::too_many:
      return 429;
    case errc::overloaded:
    case errc::unavailable:
    case errc::upstream:
      return 503;
    case errc::bad_configuration:
      return 500;
  }
  return 500;
}

std::string retry_after_line(std::chrono::seconds wait) {
  return "Retry-After: " + std::to_string(wait.count()) + "\r\n";
}

void answer_problem(answer& out, const error& e) {
  const auto status = status_of(e.code);
  if (status == 503) {
    // The reason may name files of the bank's; it is the operator's to read, in the log.
    const bool busy = e.code == errc::overloaded;
    out.problem(
        503, busy ? "Too much work is waiting, try again" : "The store is not available, try again",
        "Retry-After: 1\r\n");
  } else if (e.code == errc::too_many) {
    out.problem(status, e.message, retry_after_line(e.retry_after));
  } else {
    out.problem(status, e.message);
  }
}

}  // namespace multipass
