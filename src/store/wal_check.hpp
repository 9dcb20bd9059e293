// Whether the write-ahead log of a database holds transactions that SQLite would drop without a
// word: it replays the log up to the first frame whose checksum is wrong, and takes all behind for
// the torn end that a power failure leaves. Damage in the middle would so undo what was
// acknowledged: a revocation, for one.
//
// Not found, because nothing tells them from a torn end: damage in the last transaction, and frames
// cut off the end, when the wal-index (-shm) of the last run is gone too.
#pragma once

#include <string>

#include "multipass/error.hpp"

namespace multipass {

/// errc::unavailable, with the remedy, when it does. Reads the whole log. Before any connection of
/// this process to `database` is open: closing the wal-index drops the locks on it.
result<void> check_wal(const std::string& database);

}  // namespace multipass
