#include "load/progress.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "load/quantities.hpp"

namespace multipass::load {
namespace {

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace

progress_line::progress_line(std::ostream& out, std::vector<const worker*> workers,
                             const run_times& times, bool shows_delay)
    : out_(out),
      workers_(std::move(workers)),
      times_(times),
      shows_delay_(shows_delay),
      last_(times.start) {}

void progress_line::print_if_due(nanos now) {
  if (now - last_ >= one_second) print(now);
}

progress_line::state progress_line::read() const {
  state s;
  for (const worker* w : workers_) {
    s.lost += w->failed_connects() + w->strays();
    for (const tally* t : {&w->record().warm_up(), &w->record().measured()}) {
      for (const auto& c : t->by_class) s.latency.add(c.latency);
      // Answers first: a request is counted as sent before its answer can be.
      s.answered += t->answered();
      s.lost += t->lost_in_all();
      s.unexpected += t->unexpected();
      s.sent += t->sent.get();
    }
  }
  return s;
}

void progress_line::print(nanos now) {
  state current = read();
  const double seconds = in_seconds(now - last_);
  const auto rate = static_cast<double>(current.answered - before_.answered) / seconds;
  histogram last_second = current.latency;
  last_second.remove(before_.latency);
  std::uint64_t in_flight = current.sent - std::min(current.sent, current.answered + current.lost);

  out_ << padded(write_decimal(in_seconds(now - times_.start), 0), 5) << " s "
       << padded(write_count(static_cast<std::uint64_t>(rate)), 10) << "/s  p50 "
       << padded(write_duration(last_second.percentile(50)), 8) << "  p99 "
       << padded(write_duration(last_second.percentile(99)), 8) << "  errors "
       << write_count(current.lost + current.unexpected) << "  in flight "
       << write_count(in_flight);
  if (shows_delay_) {
    nanos behind = 0;
    for (const worker* w : workers_) behind = std::max(behind, w->behind());
    if (behind > one_millisecond) out_ << "  behind schedule " << write_duration(behind);
  }
  if (now < times_.measure_from) out_ << "  (warm-up)";
  out_ << std::endl;  // at once, also into a pipe
  before_ = std::move(current);
  last_ += one_second;
  if (now - last_ >= one_second) last_ = now;
}

}  // namespace multipass::load
