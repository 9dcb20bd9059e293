#include "store/sqlite_error.hpp"

#include <sqlite3.h>

#include <string>

namespace multipass {
namespace {

error constraint_error(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return fail(errc::conflict, "Something with this key exists already");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return fail(errc::not_found, "Entity not found");
    default:
      return fail(errc::invalid_input, "A value is outside of what the store can keep");
  }
}

const char* reason_and_remedy(int primary_code) {
  switch (primary_code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "the database is locked by another process; end that process or its transaction";
    case SQLITE_FULL:
      return "the disk that holds the database is full; free some space on it";
    case SQLITE_IOERR:
      return "the disk that holds the database fails to read or write; check it and its space";
    case SQLITE_CORRUPT:
      return "the database file is damaged; restore it from a backup";
    case SQLITE_NOTADB:
      return "the file is not a SQLite database; name another file or restore it from a backup";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the database is read-only; make the file, its folder and file system writable";
    case SQLITE_CANTOPEN:
      return "the database file cannot be opened; check that it exists and its permissions";
    case SQLITE_NOMEM:
      return "there is not enough memory; free some or raise the limit";
    case SQLITE_TOOBIG:
      return "a value is too large for the database";
    default:
      return nullptr;
  }
}

}  // namespace

error sqlite_error(int code) {
  const int primary_code = code & 0xff;
  if (primary_code == SQLITE_CONSTRAINT) return constraint_error(code);
  const char* reason = code == SQLITE_READONLY_DBMOVED
                           ? "the database or its -wal file was moved, replaced or removed while "
                             "in use; put it back, or restart to use what is there now"
                           : reason_and_remedy(primary_code);
  return fail(errc::unavailable, std::string("The store is unavailable: ") +
                                     (reason != nullptr ? reason : sqlite3_errstr(code)) +
                                     " (SQLite " + std::to_string(code) + ")");
}

}  // namespace multipass
