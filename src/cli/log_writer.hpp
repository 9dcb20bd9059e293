// The program's log sink: lines wait in a bounded buffer and one thread writes them to a
// descriptor, so that a slow terminal or a full pipe never holds up an event loop. What does not
// fit is dropped, counted, and reported in a line of its own. Nor does a reader that stands still
// hold up the end of the program: what it does not take in a short grace is lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "multipass/log.hpp"

namespace multipass::cli {

class log_writer {
 public:
  /// `descriptor` stays the caller's; it is left in blocking mode if it is, because its file is
  /// shared with other processes. `capacity` is in bytes.
  explicit log_writer(int descriptor, std::size_t capacity = 4U << 20U,
                      std::chrono::milliseconds grace = std::chrono::seconds(1));
  /// Writes what waits, then ends the thread. Waits for the reader no longer than `grace` in all;
  /// after that, only what the descriptor takes at once is written.
  ~log_writer();
  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Any thread; never waits for the descriptor.
  void write(std::string_view line);

  /// Refers to this.
  log_sink sink();

 private:
  void run();
  void write_all(std::string_view text);
  bool wait_for_room();
  bool out_of_time();

  const int descriptor_;
  const std::size_t capacity_;
  const std::chrono::milliseconds grace_;

  std::mutex mutex_;  // guards the next four
  std::condition_variable work_;
  std::string waiting_;  // whole lines, each with its end
  std::uint64_t dropped_ = 0;
  std::optional<std::chrono::steady_clock::time_point> deadline_;  // set when the end begins

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace multipass::cli
