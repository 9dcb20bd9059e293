// Another process's look at a gateway's database: a SQLite connection that the gateway knows
// nothing of. Throws std::runtime_error for what SQLite refuses. One thread.
#pragma once

#include <string>

struct sqlite3;

namespace multipass::testing {

class database_view {
 public:
  enum class access { read_only, read_write };

  explicit database_view(const std::string& path, access a = access::read_only);
  ~database_view();
  database_view(const database_view&) = delete;
  database_view& operator=(const database_view&) = delete;

  /// Every row of every table, as text.
  std::string dump();
  /// The first column of all rows, one a line.
  std::string column(const std::string& sql);
  void run(const std::string& sql);

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace multipass::testing
