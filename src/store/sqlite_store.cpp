#include "store/sqlite_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/schema.hpp"
#include "store/sqlite_connection.hpp"
#include "store/sqlite_reads.hpp"
#include "store/sqlite_writer.hpp"
#include "store/wal_check.hpp"

namespace multipass {
namespace {

namespace fs = std::filesystem;

error about(const std::string& path, const error& e) {
  return fail(e.code, "Database " + path + ": " + e.message);
}

// The same file by whatever name, so that it has one lock file.
result<std::string> canonical(const std::string& path) {
  if (path.empty()) return fail(errc::bad_configuration, "The database has an empty path");
  std::error_code failure;
  const fs::path whole = fs::canonical(path, failure);
  if (!failure && fs::is_regular_file(whole, failure)) return whole.string();
  if (!failure) return about(path, fail(errc::bad_configuration, "it is not a regular file"));
  const fs::path named(path);
  const fs::path folder =
      fs::canonical(named.has_parent_path() ? named.parent_path() : ".", failure);
  if (failure) {
    return about(
        path, fail(errc::bad_configuration, "its folder cannot be opened: " + failure.message()));
  }
  return (folder / named.filename()).string();
}

// SQLite would create it open to everybody; its WAL and shared memory take the file's mode over.
// Not opened when it exists: closing it again would drop this process's POSIX locks on it.
result<void> create_if_missing(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
    return {};
  }
  if (errno == EEXIST) return {};
  return about(path, fail(errc::bad_configuration,
                          "cannot create it: " + std::generic_category().message(errno)));
}

result<std::unique_ptr<sqlite_connection>> connect(const std::string& path,
                                                   sqlite_connection::access access) {
  auto db = sqlite_connection::open(path, access);
  if (!db) return about(path, db.error());
  return db;
}

}  // namespace

sqlite_store::sqlite_store(std::string path, database_lock lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

result<std::unique_ptr<sqlite_store>> sqlite_store::open(const std::string& path) {
  const auto file = canonical(path);
  if (!file) return file.error();
  auto lock = database_lock::take(*file);
  if (!lock) return lock.error();
  if (auto created = create_if_missing(*file); !created) return created.error();
  if (auto whole = check_wal(*file); !whole) return about(*file, whole.error());
  // Closed again before the writer opens its own: there is never more than one that writes.
  auto db = connect(*file, sqlite_connection::access::read_write);
  if (!db) return db.error();
  if (auto migrated = migrate(**db); !migrated) return about(*file, migrated.error());
  return std::unique_ptr<sqlite_store>(new sqlite_store(*file, std::move(*lock)));
}

result<std::unique_ptr<store_reader>> sqlite_store::open_reader() {
  auto db = connect(path_, sqlite_connection::access::read_only);
  if (!db) return db.error();
  return std::make_unique<sqlite_reader>(sqlite_reads(std::move(*db)));
}

result<std::unique_ptr<store_writer>> sqlite_store::open_writer() {
  auto place = writer_place::take(writer_open_);
  if (!place) {
    return fail(errc::conflict, "Database " + path_ + " has its one writer open already");
  }
  auto db = connect(path_, sqlite_connection::access::read_write);
  if (!db) return db.error();
  return std::make_unique<sqlite_writer>(std::move(*place), std::move(*db));
}

}  // namespace multipass
