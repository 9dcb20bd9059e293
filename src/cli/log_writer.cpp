#include "cli/log_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/logger.hpp"

namespace multipass::cli {

namespace {

// Gives up, and loses the text, only when the descriptor is of no use any more.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

void append_report(std::string& text, std::uint64_t dropped) {
  const auto append = [&text](log_level, std::string_view line) { (text += line) += '\n'; };
  const logger report(log_level::debug, append, system_clock());
  report.write(log_level::warning, "log_lines_dropped", {{"lines", std::to_string(dropped)}});
}

}  // namespace

log_writer::log_writer(int descriptor, std::size_t capacity)
    : descriptor_(descriptor), capacity_(capacity), thread_([this] { run(); }) {}

log_writer::~log_writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
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
    work_.wait(lock, [this] { return ending_ || !waiting_.empty() || dropped_ > 0; });
    if (waiting_.empty() && dropped_ == 0) return;
    text.clear();
    std::swap(text, waiting_);
    const auto dropped = std::exchange(dropped_, 0);
    lock.unlock();
    if (dropped > 0) append_report(text, dropped);
    write_all(descriptor_, text);
    lock.lock();
  }
}

}  // namespace multipass::cli
