// The program's log sink: lines wait in a bounded buffer and one thread writes them to a
// descriptor, so that a slow terminal or a full pipe never holds up an event loop. What does not
// fit is dropped, counted, and reported in a line of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "multipass/log.hpp"

namespace multipass::cli {

class log_writer {
 public:
  /// `descriptor` stays the caller's. `capacity` is in bytes.
  explicit log_writer(int descriptor, std::size_t capacity = 4U << 20U);
  /// Writes what waits, then ends the thread.
  ~log_writer();
  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Any thread; never waits for the descriptor.
  void write(std::string_view line);

  /// Refers to this.
  log_sink sink();

 private:
  void run();

  const int descriptor_;
  const std::size_t capacity_;

  std::mutex mutex_;  // guards the next four
  std::condition_variable work_;
  std::string waiting_;  // whole lines, each with its end
  std::uint64_t dropped_ = 0;
  bool ending_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace multipass::cli
