// What a session waits for besides the next request, and how its waits end: the socket's buffer,
// the peer's last words, deadlines and the stop of the server.
#include "http/session.hpp"

namespace multipass {
namespace {

constexpr auto linger_time = std::chrono::seconds{2};
constexpr std::size_t most_lingered = 1'048'576;

}  // namespace

void session::deadline_passed() {
  timed_out_ = true;
  deadline = time_point::max();
  if (waiting_ == wait::handler) return answer_late();
  socket_.cancel();
}

void session::drain() {
  if (waiting_ == wait::idle && nothing_more_wanted()) socket_.cancel();
}

void session::cut() {
  open_ = false;
  socket_.close();
}

// The wait was ended from outside: by a deadline, or because the server stops.
void session::refuse_if_late() {
  open_ = false;
  if (!timed_out_) return;
  if (waiting_ == wait::header) refuse({408, "The header did not come in time"});
  if (waiting_ == wait::body) refuse({408, "The body did not come in time"});
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
    const auto got = socket_.read(input_.all());
    read += got.bytes;
    if (got.how == socket::status::done) continue;
    if (got.how != socket::status::not_now) break;
    const bool ready = co_await socket_.readable();
    if (!ready) break;
  }
}

}  // namespace multipass
