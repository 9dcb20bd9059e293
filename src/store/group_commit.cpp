#include "store/group_commit.hpp"

#include <chrono>

namespace multipass {
namespace {

// Runs one job so that its failure leaves no trace. Returns an error only when the transaction as a
// whole is lost: SQLite, for one, may roll all of it back on a full disk, and then has no mark
// left.
result<void> run_undoably(write_job& j, store_writer& writer) {
  if (j.fails_without_trace()) {
    j.run(writer);
    return {};
  }
  if (auto marked = writer.mark(); !marked) return marked;
  j.run(writer);
  return j.failure() ? writer.undo_to_mark() : result<void>{};
}

result<batch_end> end_transaction(std::span<write_job* const> batch, store_writer& writer) {
  bool any_done = false;
  bool any_unavailable = false;
  for (const write_job* const j : batch) {
    const auto failure = j->failure();
    any_done |= !failure;
    any_unavailable |= failure == errc::unavailable;
  }
  if (!any_done) {
    writer.rollback();
    return any_unavailable ? batch_end::failed : batch_end::nothing_to_commit;
  }
  if (auto committed = writer.commit(); !committed) return committed.error();
  return batch_end::committed;
}

result<batch_end> run_all(std::span<write_job* const> batch, store_writer& writer) {
  if (batch.size() == 1) {
    batch.front()->run(writer);
  } else {
    for (write_job* const j : batch) {
      if (auto kept = run_undoably(*j, writer); !kept) return kept.error();
    }
  }
  return end_transaction(batch, writer);
}

result<batch_end> run_transaction(std::span<write_job* const> batch, store_writer& writer) noexcept
    try {
  if (auto begun = writer.begin(); !begun) return begun.error();
  auto ended = run_all(batch, writer);
  if (!ended) writer.rollback();
  return ended;
} catch (...) {
  writer.rollback();
  return fail(errc::unavailable, "The store ended the transaction unexpectedly");
}

// Advances after a failed commit too: whether a commit that reports an I/O error took hold is known
// only to the next reader, and a needless re-read is the price.
void publish_changes(store_writer& writer, change_clock& changes,
                     const event_observer& on_events) noexcept try {
  const auto made = writer.take_changes();
  changes.advance(made);
  if (on_events && !made.events.empty()) on_events(made.events);
} catch (...) {
  changes.advance_everything();
}

}  // namespace

batch_end commit_together(std::span<write_job* const> batch, store_writer& writer,
                          change_clock& changes, store_metrics& metrics,
                          const event_observer& on_events) noexcept {
  const auto begun = std::chrono::steady_clock::now();
  const auto ended = run_transaction(batch, writer);
  metrics.commit.record(std::chrono::steady_clock::now() - begun);
  metrics.writes.fetch_add(batch.size(), std::memory_order_relaxed);
  publish_changes(writer, changes, on_events);

  if (!ended) {
    metrics.failed_commits.fetch_add(1, std::memory_order_relaxed);
    for (write_job* const j : batch) j->fail(ended.error());
  }
  return ended.has_value() ? *ended : batch_end::failed;
}

}  // namespace multipass
