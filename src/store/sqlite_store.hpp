// The store in a SQLite file: the one that the gateway brings itself.
//
// Thread safety: as the port says; sessions are confined to their threads, the store is not.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "multipass/store.hpp"
#include "store/database_lock.hpp"

namespace multipass {

class sqlite_store final : public store {
 public:
  /// Opens `path`, or creates it readable and writable by its owner only, and brings its tables up
  /// to date. Holds the database for writing until destroyed: errc::conflict when another store
  /// does, in this process or another. errc::bad_configuration for a path where no file can be, or
  /// another's or a newer program's database; errc::unavailable for a file that cannot be used,
  /// such as a damaged one. Every message names the path.
  static result<std::unique_ptr<sqlite_store>> open(const std::string& path);

  result<std::unique_ptr<store_reader>> open_reader() override;
  result<std::unique_ptr<store_writer>> open_writer() override;

 private:
  sqlite_store(std::string path, database_lock lock);

  std::string path_;
  database_lock lock_;
  std::atomic_flag writer_open_;
};

}  // namespace multipass
