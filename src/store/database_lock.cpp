#include "store/database_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

namespace multipass {
namespace {

// "" when the holder has not written its number (yet).
std::string holder_of(int file) {
  std::array<char, 32> text{};
  if (pread(file, text.data(), text.size() - 1, 0) <= 0) return "";
  const long pid = std::strtol(text.data(), nullptr, 10);
  if (pid <= 0) return "";
  return pid == getpid() ? "this process" : "process " + std::to_string(pid);
}

error taken(const std::string& database, int file) {
  const std::string holder = holder_of(file);
  return fail(errc::conflict, "Database " + database + " is in use by " +
                                  (holder.empty() ? "another server" : holder) +
                                  "; stop it first, or name another database");
}

// For whoever is refused; the lock holds without it, so a full disk is no reason to fail.
void sign(int file) {
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0) return;
  [[maybe_unused]] const auto written = pwrite(file, pid.data(), pid.size(), 0);
}

}  // namespace

result<database_lock> database_lock::take(const std::string& database) {
  const std::string path = database + ".lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) {
    return fail(errc::bad_configuration, "Database " + database + ": cannot make its lock file " +
                                             path + ": " + std::generic_category().message(errno));
  }
  database_lock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) == 0) {
    sign(file);
    return lock;
  }
  const int reason = errno;
  error refused = reason == EWOULDBLOCK
                      ? taken(database, file)
                      : fail(errc::unavailable, "Database " + database + ": cannot lock " + path +
                                                    ": " + std::generic_category().message(reason));
  close(std::exchange(lock.file_, -1));
  return refused;
}

database_lock::~database_lock() {
  if (file_ < 0) return;
  [[maybe_unused]] const int emptied = ftruncate(file_, 0);
  close(file_);
}

database_lock::database_lock(database_lock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

}  // namespace multipass
