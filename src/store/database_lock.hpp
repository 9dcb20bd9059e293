// Says that this process, and this one store in it, writes a database: an flock on
// "<database>.lock", which goes away with its holder, however that ends. SQLite's own locks cannot
// say it: they come and go with each transaction.
#pragma once

#include <string>

#include "multipass/error.hpp"

namespace multipass {

class database_lock {
 public:
  /// errc::conflict, naming the database and if known the process, when it is taken;
  /// errc::bad_configuration when the lock file cannot be made. Never waits.
  static result<database_lock> take(const std::string& database);

  /// Gives the lock back. The file stays: removing it would race with the next taker.
  ~database_lock();
  database_lock(database_lock&& other) noexcept;
  database_lock& operator=(database_lock&&) = delete;

 private:
  explicit database_lock(int file) : file_(file) {}
  int file_;
};

}  // namespace multipass
