// One JSON object per line, to the sink the embedder passed. Fields are given by name, so that what
// is logged is chosen, never whatever happened to be in a request: no secret has a way in.
//
// Events that anybody may cause, without a credential and as often as he likes, are written with
// write_some(), so that a flood of them fills no disk and drowns no other line.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string_view>
#include <utility>

#include "multipass/clock.hpp"
#include "multipass/log.hpp"

namespace multipass {

class logger {
 public:
  using field = std::pair<std::string_view, std::string_view>;

  logger(log_level least, log_sink sink, const clock& wall);
  ~logger();
  logger(const logger&) = delete;
  logger& operator=(const logger&) = delete;

  /// {"time":"2026-01-31T12:00:00Z","level":"info","event":event, fields...}. Any thread.
  void write(log_level level, std::string_view event, std::initializer_list<field> fields) const;

  /// As write(), but at most `most_a_second` lines of one event. How many were left out stands in a
  /// line of its own, {"event":"suppressed","of":event,"lines":"123"}, which comes before the next
  /// line of that event or at the logger's end. Any thread. `event` is a literal; of the events
  /// that come this way, more than `most_events` different ones share the last budget.
  void write_some(log_level level, std::string_view event,
                  std::initializer_list<field> fields) const;
  static constexpr unsigned most_a_second = 20;
  static constexpr std::size_t most_events = 8;

  bool enabled(log_level level) const { return sink_ && level >= least_; }

 private:
  struct budget {
    std::string_view event;
    timestamp second{};
    unsigned written = 0;          // in that second
    std::uint64_t suppressed = 0;  // since the last line that told of it
  };
  budget& budget_of(std::string_view event) const;
  void report(std::string_view event, std::uint64_t suppressed) const;

  log_level least_;
  log_sink sink_;
  const clock& clock_;

  mutable std::mutex mutex_;  // guards budgets_
  mutable std::array<budget, most_events> budgets_;
};

}  // namespace multipass
