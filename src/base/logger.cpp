#include "base/logger.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

#include "base/json_text.hpp"

namespace multipass {
namespace {

std::string_view name_of(log_level level) {
  switch (level) {
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warning:
      return "warning";
    case log_level::error:
      return "error";
  }
  return "info";
}

void append_time(std::string& out, timestamp t) {
  const std::time_t seconds = t.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  out.append(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc));
}

}  // namespace

logger::logger(log_level least, log_sink sink, const clock& wall)
    : least_(least), sink_(std::move(sink)), clock_(wall) {}

void logger::write(log_level level, std::string_view event,
                   std::initializer_list<field> fields) const {
  if (!enabled(level)) return;
  std::string line = "{\"time\":\"";
  append_time(line, clock_.now());
  line += "\",\"level\":\"";
  line += name_of(level);
  line += "\",\"event\":";
  append_json_string(line, event);
  for (const auto& [name, value] : fields) {
    line += ',';
    append_json_string(line, name);
    line += ':';
    append_json_string(line, value);
  }
  line += '}';
  sink_(level, line);
}

logger::~logger() {
  for (const auto& b : budgets_) report(b.event, b.suppressed);
}

// Seconds of the wall clock, compared for equality: when the clock is set back, the budget begins
// anew and nothing is silenced for long.
void logger::write_some(log_level level, std::string_view event,
                        std::initializer_list<field> fields) const {
  if (!enabled(level)) return;
  std::uint64_t suppressed = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    auto& b = budget_of(event);
    if (b.second != now) {
      b.second = now;
      b.written = 0;
    }
    if (b.written == most_a_second) {
      ++b.suppressed;
      return;
    }
    ++b.written;
    suppressed = std::exchange(b.suppressed, 0);
  }
  report(event, suppressed);
  write(level, event, fields);
}

logger::budget& logger::budget_of(std::string_view event) const {
  for (auto& b : budgets_) {
    if (b.event.empty()) b.event = event;
    if (b.event == event) return b;
  }
  return budgets_.back();
}

void logger::report(std::string_view event, std::uint64_t suppressed) const {
  if (suppressed == 0) return;
  write(log_level::warning, "suppressed", {{"of", event}, {"lines", std::to_string(suppressed)}});
}

}  // namespace multipass
