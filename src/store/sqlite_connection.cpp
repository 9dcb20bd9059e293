#include "store/sqlite_connection.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include "store/sqlite_error.hpp"

namespace multipass {
namespace {

// Below the 2 s within which a locked database has to be answered with 503.
// Who arrives while a batch waits for a lock waits for that batch and then for its own: twice this,
// and still an answer within two seconds, on a busy machine too.
constexpr int busy_timeout_ms = 700;

// FULL: NORMAL may bring a revoked token back after a power loss. Not checkpointed by COMMIT, whose
// caller waits, but by tidy(). A WAL that a burst made longer is cut back to 64 MiB. The cache, 16
// MiB, holds the inner pages of the trees of millions of tokens, and the pages on which new
// consents go. Not more: SQLite walks through all of it when it commits what has split a page.
constexpr const char* writer_settings =
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA wal_autocheckpoint=0;"
    "PRAGMA cache_size=-16384;"
    "PRAGMA journal_size_limit=67108864;";

// 16 MiB. Measured, of 64 issued at once beside 100,000 tokens: with 1000 pages each took 31 us of
// CPU time, with 2000 25, with 4000 23, with 8000 22 and pauses twice as long as here.
constexpr int most_wal_pages = 4000;

constexpr const char* common_settings =
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA temp_store=MEMORY;";

int note_wal_pages(void* noted, sqlite3*, const char*, int pages) {
  *static_cast<int*>(noted) = pages;
  return SQLITE_OK;
}

}  // namespace

void sqlite_connection::close_statement::operator()(sqlite3_stmt* s) const noexcept {
  sqlite3_finalize(s);
}

result<std::unique_ptr<sqlite_connection>> sqlite_connection::open(const std::string& path,
                                                                   access a) {
  sqlite3* db = nullptr;
  const int mode = a == access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &db, mode | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite_connection> opened(new sqlite_connection(db));
  if (code != SQLITE_OK) {
    return sqlite_error(db != nullptr ? sqlite3_extended_errcode(db) : code);
  }
  if (auto configured = opened->configure(a); !configured) return configured.error();
  return opened;
}

result<void> sqlite_connection::configure(access a) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_busy_timeout(db_, busy_timeout_ms);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (a == access::read_only) {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return run_script(common_settings);
  }
  // SQLite opens a file it may not write read-only, without saying so.
  if (sqlite3_db_readonly(db_, "main") == 1) return sqlite_error(SQLITE_READONLY);
  if (auto done = run_script(common_settings); !done) return done;
  if (auto done = run_script(writer_settings); !done) return done;
  sqlite3_wal_hook(db_, &note_wal_pages, &wal_pages_);
  return {};
}

sqlite_connection::~sqlite_connection() {
  statements_.clear();
  sqlite3_close(db_);
}

result<void> sqlite_connection::check_in_place() {
  int moved = 0;
  sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  // SQLite keeps the WAL that it has open, and does not look for it again.
  struct stat wal {};
  if (::stat(sqlite3_filename_wal(sqlite3_db_filename(db_, "main")), &wal) != 0) wal.st_ino = 0;
  if (wal_inode_ == 0) wal_inode_ = wal.st_ino;
  if (moved != 0 || wal.st_ino != wal_inode_) return sqlite_error(SQLITE_READONLY_DBMOVED);
  return {};
}

sqlite_query sqlite_connection::query(sql_text sql) {
  auto& kept = statements_[sql.c_str()];
  if (kept == nullptr) {
    sqlite3_stmt* compiled = nullptr;
    const int code =
        sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &compiled, nullptr);
    if (code != SQLITE_OK) return sqlite_query(nullptr, code);
    kept.reset(compiled);
  }
  return sqlite_query(kept.get(), SQLITE_OK);
}

result<void> sqlite_connection::run_script(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(code);
  return {};
}

bool sqlite_connection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(db_) == 0;
}

std::int64_t sqlite_connection::changed_rows() const noexcept {
  return sqlite3_changes64(db_);
}

std::int64_t sqlite_connection::rows_ever_changed() const noexcept {
  return sqlite3_total_changes64(db_);
}

std::int64_t sqlite_connection::last_row_id() const noexcept {
  return sqlite3_last_insert_rowid(db_);
}

void sqlite_connection::tidy() noexcept {
  if (wal_pages_ < most_wal_pages) return;
  wal_pages_ = 0;  // until the next commit says: a fault here must not be repeated without end
  sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void sqlite_connection::checkpoint() noexcept {
  sqlite3_busy_timeout(db_, 0);
  sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(db_, busy_timeout_ms);
}

}  // namespace multipass
