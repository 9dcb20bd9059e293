// Preloaded into the program under test: makes the n-th write, sync, read or opening of its
// database fail, and turns its wall clock. What fails, and when, stands in a file that is shared
// with the test (harness/faults.py, which has the layout too), so that it changes while the program
// runs.
//
// SQLite reaches the kernel through the C library alone, by the names below (nm -D
// libsqlite3.so.0).
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

enum operation : std::int64_t { write_op = 1, sync_op = 2, read_op = 4, open_op = 8 };

struct control {
  std::atomic<std::int64_t> operations;  // a sum of the above that may fail
  std::atomic<std::int64_t> error;       // errno of a failure
  std::atomic<std::int64_t> good_calls;  // before the first failure
  std::atomic<std::int64_t> failures;    // left to happen
  std::atomic<std::int64_t> failed;      // since the test set it to 0
  std::atomic<std::int64_t> seconds;     // the wall clock is turned by
};

control* shared() {
  static control* const mapped = []() -> control* {
    const char* path = std::getenv("MULTIPASS_FAULTS");
    const int file = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) std::abort();  // a test that brings no fault about would prove nothing
    void* const where =
        ::mmap(nullptr, sizeof(control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (where == MAP_FAILED) std::abort();
    return static_cast<control*>(where);
  }();
  return mapped;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_database(const char* path) {
  const char* const end = std::strrchr(path, '.');
  return end != nullptr && (std::strcmp(end, ".db") == 0 || std::strcmp(end, ".db-wal") == 0 ||
                            std::strcmp(end, ".db-shm") == 0);
}

bool is_database(int file) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const auto size = ::readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return is_database(path);
}

// True: the call shall fail, with errno set.
template <class File>
bool fails(operation o, File file) {
  control& c = *shared();
  if ((c.operations.load() & o) == 0 || !is_database(file)) return false;
  if (c.good_calls.fetch_sub(1) > 0) return false;
  if (c.failures.fetch_sub(1) <= 0) return false;
  c.failed.fetch_add(1);
  errno = static_cast<int>(c.error.load());
  return true;
}

bool for_writing(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY;
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* from, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return fails(write_op, file) ? -1 : real(file, from, size, at);
}

ssize_t write(int file, const void* from, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return fails(write_op, file) ? -1 : real(file, from, size);
}

int ftruncate64(int file, off64_t size) noexcept {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  return fails(write_op, file) ? -1 : real(file, size);
}

int fdatasync(int file) {
  static auto* const real = next<int(int)>("fdatasync");
  return fails(sync_op, file) ? -1 : real(file);
}

int fsync(int file) {
  static auto* const real = next<int(int)>("fsync");
  return fails(sync_op, file) ? -1 : real(file);
}

ssize_t pread64(int file, void* to, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, void*, size_t, off64_t)>("pread64");
  return fails(read_op, file) ? -1 : real(file, to, size, at);
}

int open64(const char* path, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open64");
  va_list more;
  va_start(more, flags);
  const auto mode = va_arg(more, mode_t);
  va_end(more);
  return for_writing(flags) && fails(open_op, path) ? -1 : real(path, flags, mode);
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int outcome = real(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    now->tv_sec += static_cast<time_t>(shared()->seconds.load());
  }
  return outcome;
}

}  // extern "C"
