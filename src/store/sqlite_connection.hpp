// One connection to a SQLite file, with the statements compiled on it. Not a query builder: SQL
// stands where it is used, and is compiled once per connection.
//
// Thread safety: none; a connection and its queries belong to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "multipass/error.hpp"
#include "store/sqlite_query.hpp"

struct sqlite3;

namespace multipass {

/// SQL of static storage: its address is the key under which the compiled statement is kept.
class sql_text {
 public:
  consteval sql_text(const char* literal) : text_(literal) {}
  /// `text` must live, unchanged, as long as any connection that it is used on.
  static sql_text of_static(const std::string& text) { return sql_text(text.c_str(), 0); }
  constexpr const char* c_str() const { return text_; }

 private:
  constexpr sql_text(const char* text, int) : text_(text) {}
  const char* text_;
};

class sqlite_connection {
 public:
  enum class access {
    read_only,   ///< never writes, nor checkpoints, not even when closing
    read_write,  ///< synchronous=FULL; moves the WAL into the database by tidy() and checkpoint()
  };

  /// The file must exist. Both wait up to 0.7 s for somebody else's lock, then fail.
  static result<std::unique_ptr<sqlite_connection>> open(const std::string& path, access a);
  ~sqlite_connection();
  sqlite_connection(const sqlite_connection&) = delete;
  sqlite_connection& operator=(const sqlite_connection&) = delete;

  /// errc::unavailable when the database or its WAL is no more where it was opened: what is written
  /// to a file that was moved, replaced or removed, nobody finds again.
  result<void> check_in_place();

  /// One execution of a statement. Ask for the same SQL again only when the former query is gone.
  sqlite_query query(sql_text sql);
  /// Executes a statement that has no parameters and whose rows do not matter.
  result<void> run(sql_text sql) { return query(sql).run(); }
  /// Executes several statements, compiled for this once.
  result<void> run_script(const std::string& sql);

  bool in_transaction() const noexcept;
  /// Rows changed by the INSERT, UPDATE or DELETE that ran last.
  std::int64_t changed_rows() const noexcept;
  /// Since the connection was opened; what was rolled back counts too.
  std::int64_t rows_ever_changed() const noexcept;
  std::int64_t last_row_id() const noexcept;

  /// Moves what no reader needs any more from a long WAL into the database. Between transactions.
  void tidy() noexcept;
  /// Moves the whole WAL into the database if that can be done without waiting.
  void checkpoint() noexcept;

 private:
  struct close_statement {
    void operator()(sqlite3_stmt* s) const noexcept;
  };

  explicit sqlite_connection(sqlite3* db) : db_(db) {}
  result<void> configure(access a);

  sqlite3* db_;
  int wal_pages_ = 0;            // after the last commit
  std::uint64_t wal_inode_ = 0;  // 0: there was none yet
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, close_statement>> statements_;
};

}  // namespace multipass
