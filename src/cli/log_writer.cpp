#include "cli/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "base/logger.hpp"

namespace multipass::cli {

namespace {

// How often a writer that waits for its reader looks whether the end has begun.
constexpr int look_up_ms = 50;

// Whole lines if it can be, so that giving up between two pieces cuts no line. At most PIPE_BUF
// bytes: a pipe that poll() calls writable takes that much without blocking (unless another
// process fills it in between), see POSIX write().
std::string_view next_piece(std::string_view text) {
  if (text.size() <= PIPE_BUF) return text;
  const auto piece = text.substr(0, PIPE_BUF);
  const auto line_end = piece.rfind('\n');
  return line_end == std::string_view::npos ? piece : piece.substr(0, line_end + 1);
}

void append_report(std::string& text, std::uint64_t dropped) {
  const auto append = [&text](log_level, std::string_view line) { (text += line) += '\n'; };
  const logger report(log_level::debug, append, system_clock());
  report.write(log_level::warning, "log_lines_dropped", {{"lines", std::to_string(dropped)}});
}

}  // namespace

log_writer::log_writer(int descriptor, std::size_t capacity, std::chrono::milliseconds grace)
    : descriptor_(descriptor), capacity_(capacity), grace_(grace), thread_([this] { run(); }) {}

log_writer::~log_writer() {
  {
    const std::lock_guard lock(mutex_);
    deadline_ = std::chrono::steady_clock::now() + grace_;
  }
  work_.notify_one();
  thread_.join();
}

void log_writer::write(std::string_view line) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() + 1 > capacity_) {
      ++dropped_;
      return;
    }
    (waiting_ += line) += '\n';
  }
  work_.notify_one();
}

log_sink log_writer::sink() {
  return [this](log_level, std::string_view line) { write(line); };
}

void log_writer::run() {
  std::string text;
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return deadline_ || !waiting_.empty() || dropped_ > 0; });
    if (waiting_.empty() && dropped_ == 0) return;
    text.clear();
    std::swap(text, waiting_);
    const auto dropped = std::exchange(dropped_, 0);
    lock.unlock();
    if (dropped > 0) append_report(text, dropped);
    write_all(text);
    lock.lock();
  }
}

// Gives up, and loses the rest of the text, when the descriptor is of no use any more or has no
// room at the end of the grace.
void log_writer::write_all(std::string_view text) {
  while (!text.empty() && wait_for_room()) {
    const auto piece = next_piece(text);
    const auto written = ::write(descriptor_, piece.data(), piece.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;
    }
  }
}

// True also for a broken descriptor: write() then names the error.
bool log_writer::wait_for_room() {
  pollfd room{descriptor_, POLLOUT, 0};
  while (true) {
    const bool last_look = out_of_time();
    const int ready = ::poll(&room, 1, last_look ? 0 : look_up_ms);
    if (ready > 0) return true;
    if (last_look || (ready < 0 && errno != EINTR)) return false;
  }
}

bool log_writer::out_of_time() {
  const std::lock_guard lock(mutex_);
  return deadline_ && std::chrono::steady_clock::now() >= *deadline_;
}

}  // namespace multipass::cli
