#include "store/store_pool.hpp"

#include <algorithm>
#include <system_error>

#include "base/thread_priority.hpp"

namespace multipass {
namespace {

// Nobody waits for this one.
template <class Callable>
class unattended_write final : public calling_job<Callable, store_writer&> {
 public:
  using calling_job<Callable, store_writer&>::calling_job;
  void finish() noexcept override {}
};

// The first job that says so: the reason of the others is the same, or less.
std::string why_unavailable(std::span<write_job* const> batch) noexcept {
  for (const write_job* const j : batch) {
    if (j->failure() == errc::unavailable) return j->reason();
  }
  return {};
}

}  // namespace

store_pool::store_pool(options o, change_clock& changes, store_metrics& metrics)
    : foreign_change_poll_(o.foreign_change_poll),
      batch_(o.batch),
      on_events_(std::move(o.on_events)),
      changes_(changes),
      metrics_(metrics),
      reads_(o.queue, {&metrics.waiting_reads, &metrics.refused}),
      writes_(o.queue, {&metrics.waiting_writes, &metrics.refused}),
      health_(std::move(o.on_health)) {}

result<std::unique_ptr<store_pool>> store_pool::open(store& s, options o, change_clock& changes,
                                                     store_metrics& metrics) {
  std::unique_ptr<store_pool> pool(new store_pool(o, changes, metrics));
  if (auto started = pool->start(s, o.readers); !started) return started.error();
  return pool;
}

result<void> store_pool::start(store& s, unsigned readers) try {
  auto writer = s.open_writer();
  if (!writer) return writer.error();
  // Asked before the first read, so that no change of another process falls in between.
  const auto foreign_seen = (*writer)->foreign_changes();
  if (!foreign_seen) return foreign_seen.error();
  threads_.emplace_back(
      [this, session = std::move(*writer), seen = *foreign_seen] { write_loop(*session, seen); });
  for (unsigned i = 0; i < readers; ++i) {
    auto reader = s.open_reader();
    if (!reader) return reader.error();
    threads_.emplace_back([this, session = std::move(*reader)] { read_loop(*session); });
  }
  return {};
} catch (const std::system_error&) {
  return fail(errc::unavailable, "The store's threads could not be started");
}

store_pool::~store_pool() {
  reads_.close();
  writes_.close();
  for (auto& t : threads_) t.join();
}

void store_pool::read_loop(store_reader& session) {
  give_way();
  std::vector<job<store_reader&>*> taken;
  while (reads_.take(taken, 1)) {
    for (auto* const j : taken) {
      j->run(session);
      metrics_.reads.fetch_add(1, std::memory_order_relaxed);
      note_read(*j);
      j->finish();
    }
  }
}

template <class Job>
void store_pool::note_read(const Job& j) noexcept {
  if (j.failure() != errc::unavailable) return health_.read_worked();
  metrics_.failed_reads.fetch_add(1, std::memory_order_relaxed);
  health_.read_failed(j.reason());
}

void store_pool::write_loop(store_writer& session, std::int64_t foreign_seen) {
  give_way();
  std::vector<write_job*> batch;
  batch.reserve(batch_);
  const auto next_look = [this] { return std::chrono::steady_clock::now() + foreign_change_poll_; };
  while (writes_.take(batch, batch_, next_look(), {gathering_.enough(), gathering_.until()})) {
    if (!batch.empty()) {
      gathering_.gathered(batch.size());
      commit(batch, session);
    } else if (!healthy()) {
      try_again(session);
    }
    session.tidy();
    look_for_foreign_changes(session, foreign_seen);
    health_.tell();
  }
}

void store_pool::commit(std::span<write_job* const> batch, store_writer& session) {
  const auto begun = gathering::clock::now();
  const batch_end end = commit_together(batch, session, changes_, metrics_, on_events_);
  const auto waiting = std::min(writes_.waiting(), batch_ - batch.size());
  gathering_.answering(batch.size(), waiting, gathering::clock::now() - begun);
  if (end == batch_end::committed) health_.write_worked();
  if (end == batch_end::failed) health_.write_failed(why_unavailable(batch));
  for (write_job* const j : batch) j->finish();
}

// A balancer sends nothing while /readyz says 503, so no job would ever find the store well again.
// It must be a real write: an empty transaction succeeds on a full disk.
void store_pool::try_again(store_writer& session) {
  auto touch = [](store_writer& w) { return w.set_setting("last_recovery", "done"); };
  unattended_write<decltype(touch)> attempt(touch);
  write_job* const batch[] = {&attempt};
  commit(batch, session);
  note_read(attempt);
}

// Own commits do not move the number (see store_writer::foreign_changes).
void store_pool::look_for_foreign_changes(store_writer& session, std::int64_t& seen) {
  const auto number = session.foreign_changes();
  if (!number) return health_.read_failed(number.error().message);
  if (*number == seen) return;
  seen = *number;
  changes_.advance_everything();
}

}  // namespace multipass
