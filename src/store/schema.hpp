// The tables of the database and how they came to be: an ordered list of migrations, of which
// PRAGMA user_version counts those that were applied.
#pragma once

#include <cstdint>

#include "multipass/error.hpp"
#include "store/sqlite_connection.hpp"

namespace multipass {

/// The version this program reads and writes.
std::int64_t newest_schema_version() noexcept;

/// Turns an empty file into a database in WAL mode, and brings an older one to the newest version,
/// each migration in a transaction of its own. errc::bad_configuration, with nothing changed, for a
/// version newer than known or another program's database.
result<void> migrate(sqlite_connection& db);

}  // namespace multipass
