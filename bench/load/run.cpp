#include "load/run.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "load/flow_traffic.hpp"
#include "load/progress.hpp"
#include "load/this_thread.hpp"
#include "load/worker.hpp"

namespace multipass::load {
namespace {

// Between the opening of the last connection and the first request.
constexpr nanos run_up = 20 * one_millisecond;

std::vector<request_class> classes_of(const run_plan& plan) {
  if (!plan.book) return flow_classes(plan.given);
  std::vector<request_class> classes;
  for (const auto& r : plan.book->requests()) classes.push_back(r.labels);
  return classes;
}

void fill(run_plan& plan) {
  const options& o = plan.given;
  plan.to = resolve(o.to);
  if (o.flow == flow_kind::whole) {
    plan.admin = resolve(*o.admin);
  } else {
    plan.book = std::make_unique<request_book>(o);
  }
  plan.classes = classes_of(plan);
}

// A worker and its thread. It opens its connections, says so, waits for the times and runs.
class running_worker {
 public:
  running_worker(run_plan& plan, unsigned number,
                 std::shared_future<std::optional<run_times>> times)
      : work_(plan, number), done_(ended_.get_future()), times_(std::move(times)) {
    thread_ = std::jthread([this, &plan, number] { work(plan.given, number); });
  }

  void await_open() { opened_.get_future().get(); }
  bool ends_within(nanos t) {
    return done_.wait_for(std::chrono::nanoseconds(t)) == std::future_status::ready;
  }
  /// Rethrows what ended it.
  void finish() { done_.get(); }
  const worker& get() const { return work_; }

 private:
  void work(const options& o, unsigned number) {
    try {
      sharpen_timers();
      if (!o.cpus.empty()) pin_to({o.cpus[number]});
      work_.open_connections();
    } catch (...) {
      opened_.set_exception(std::current_exception());
      return;
    }
    opened_.set_value();
    try {
      if (const auto times = times_.get()) work_.run(*times);
      ended_.set_value();
    } catch (...) {
      ended_.set_exception(std::current_exception());
    }
  }

  worker work_;
  std::promise<void> opened_, ended_;
  std::future<void> done_;
  std::shared_future<std::optional<run_times>> times_;
  std::jthread thread_;
};

run_times times_from(const options& o, nanos start) {
  return {start, start + o.warmup, start + o.warmup + o.duration};
}

run_result collect(const run_plan& plan, const run_times& times, nanos ended,
                   const std::deque<running_worker>& workers) {
  run_result r(plan.classes);
  for (const auto& running : workers) {
    const worker& w = running.get();
    r.measured.add(w.record().measured());
    r.failed_connects += w.failed_connects();
    r.reconnects += w.reconnects();
    r.strays += w.strays();
    r.busy = std::max(r.busy, w.busy());
    if (r.complaint.empty()) r.complaint = w.complaint();
    if (r.ended_early.empty()) r.ended_early = w.ended_early();
  }
  const auto last_answer = static_cast<nanos>(r.measured.last_answer.get());
  const bool early = plan.stop.load() || !r.ended_early.empty();
  const nanos end = early ? std::min(times.end, ended) : times.end;
  const nanos planned = end - times.measure_from;
  r.seconds = in_seconds(std::max<nanos>({planned, last_answer, 0}));
  return r;
}

// Until the worker has ended; meanwhile tells about progress and passes an interruption on.
void watch(running_worker& w, run_plan& plan, progress_line* progress,
           const std::atomic<bool>& interrupted) {
  while (!w.ends_within(20 * one_millisecond)) {
    if (interrupted.load()) plan.stop.store(true);
    if (progress != nullptr) progress->print_if_due(clock_now());
  }
}

}  // namespace

double run_result::rate() const {
  return seconds > 0 ? static_cast<double>(measured.answered()) / seconds : 0;
}

std::uint64_t run_result::malformed() const {
  return measured.lost[static_cast<std::size_t>(loss::malformed)].get() + strays;
}

bool run_result::clean() const {
  return measured.answered() > 0 && measured.unexpected() == 0 && measured.lost_in_all() == 0 &&
         measured.unsent.count() == 0 && measured.flows_failed.get() == 0 && strays == 0 &&
         failed_connects == 0;
}

run_result run_load(const options& o, std::ostream* progress,
                    const std::atomic<bool>& interrupted) {
  run_plan plan{o, {}, {}, nullptr, {}, false};
  fill(plan);
  allow_handles(o.connections * (plan.book ? 1 : 2) + 64);
  if (!o.cpus.empty()) pin_to(o.cpus);

  std::promise<std::optional<run_times>> announced;
  const auto times_to_come = announced.get_future().share();
  std::deque<running_worker> workers;
  run_times times;
  try {
    for (unsigned i = 0; i < o.threads; ++i) workers.emplace_back(plan, i, times_to_come);
    for (auto& w : workers) w.await_open();
    times = times_from(o, clock_now() + run_up);
    announced.set_value(times);
  } catch (...) {
    plan.stop.store(true);
    announced.set_value(std::nullopt);
    throw;
  }

  std::vector<const worker*> shown;
  for (const auto& w : workers) shown.push_back(&w.get());
  std::optional<progress_line> line;
  if (progress != nullptr) line.emplace(*progress, std::move(shown), times, !o.closed);
  for (auto& w : workers) watch(w, plan, line ? &*line : nullptr, interrupted);
  for (auto& w : workers) w.finish();
  auto r = collect(plan, times, clock_now(), workers);
  if (interrupted.load()) r.ended_early = "it was interrupted";
  return r;
}

}  // namespace multipass::load
