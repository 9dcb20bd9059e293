// LD_PRELOAD library: counts what a process allocates, into a file that others read while it runs.
//
//   ALLOC_COUNT_FILE=F LD_PRELOAD=liballoc_count.so PROGRAM
//
// F holds three 64-bit numbers in the machine's byte order: allocations, bytes asked for, frees.
// operator new and std::malloc alike end in the functions replaced here. A realloc counts as one
// allocation: it may be one.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// glibc's own, under the names that it exports for this purpose.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace {

struct counters {
  std::atomic<std::uint64_t> allocations;
  std::atomic<std::uint64_t> bytes;
  std::atomic<std::uint64_t> frees;
};

counters before_the_file;  // allocations of the loader; also used when there is no file
constinit std::atomic<counters*> counted{&before_the_file};

// Relaxed: figures only.
void count(std::size_t bytes) noexcept {
  auto& c = *counted.load(std::memory_order_relaxed);
  c.allocations.fetch_add(1, std::memory_order_relaxed);
  c.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

[[gnu::constructor]] void open_file() noexcept {
  const char* path = std::getenv("ALLOC_COUNT_FILE");
  if (path == nullptr) return;
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(counters)) != 0) _exit(1);
  void* shared = mmap(nullptr, sizeof(counters), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (shared == MAP_FAILED) _exit(1);
  counted.store(static_cast<counters*>(shared), std::memory_order_relaxed);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size) {
  count(size);
  return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  count(size);
  void* memory = __libc_memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *out = memory;
  return 0;
}

void free(void* memory) {
  if (memory != nullptr) {
    counted.load(std::memory_order_relaxed)->frees.fetch_add(1, std::memory_order_relaxed);
  }
  __libc_free(memory);
}

}  // extern "C"
