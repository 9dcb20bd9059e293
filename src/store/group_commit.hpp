// One transaction for all the writes that wait together, so that they share one fsync. A job that
// fails is undone alone: by itself, or by returning to a mark that was set before it.
//
// Not thread-safe: it belongs to the writing thread, as its session does.
#pragma once

#include <functional>
#include <span>

#include "base/job.hpp"
#include "metrics/store_metrics.hpp"
#include "multipass/store.hpp"
#include "store/change_clock.hpp"

namespace multipass {

using write_job = job<store_writer&>;

enum class batch_end {
  committed,
  nothing_to_commit,  ///< every job failed for reasons of its own, and was undone
  failed,             ///< the store did not take the transaction; every job answers its error
};

/// Told which TPPs with a webhook have something new to be told. Called behind the COMMIT; may be
/// called in vain, when it failed.
using event_observer = std::function<void(std::span<const tpp_id>)>;

/// Runs every job of the batch, which must not be empty. When it returns, the commit is durable or
/// has failed, the change clock has advanced, `on_events` knows, and the jobs may be finished: not
/// before.
batch_end commit_together(std::span<write_job* const> batch, store_writer& writer,
                          change_clock& changes, store_metrics& metrics,
                          const event_observer& on_events = {}) noexcept;

}  // namespace multipass
