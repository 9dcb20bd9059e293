#include "support/call_counts.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace multipass::testing {
namespace {

// Plain, of static type, so that touching it from malloc allocates nothing.
thread_local constinit call_counts counted;

}  // namespace

call_counts calls_of_this_thread() noexcept {
  return counted;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

// The version that ours hides. Resolved at the first call, which may come before any constructor of
// this program; whoever resolves it twice finds the same (relaxed: it is all there is to publish).
template <class function>
function* hidden(std::atomic<function*>& known, const char* name) noexcept {
  if (auto* const f = known.load(std::memory_order_relaxed)) return f;
  auto* const f = reinterpret_cast<function*>(::dlsym(RTLD_NEXT, name));
  known.store(f, std::memory_order_relaxed);
  return f;
}

constinit std::atomic<int (*)(pthread_mutex_t*)> mutex_lock{nullptr};
constinit std::atomic<int (*)(pthread_mutex_t*)> mutex_trylock{nullptr};
constinit std::atomic<int (*)(pthread_rwlock_t*)> rwlock_rdlock{nullptr};
constinit std::atomic<int (*)(pthread_rwlock_t*)> rwlock_wrlock{nullptr};

}  // namespace

extern "C" {
// Under these names glibc exports its own allocator.
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  ++counted.allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++counted.allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  ++counted.allocations;
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++counted.allocations;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  void* const memory = memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *to = memory;
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t* m) noexcept {
  ++counted.locks;
  return hidden(mutex_lock, "pthread_mutex_lock")(m);
}
int pthread_mutex_trylock(pthread_mutex_t* m) noexcept {
  ++counted.locks;
  return hidden(mutex_trylock, "pthread_mutex_trylock")(m);
}
int pthread_rwlock_rdlock(pthread_rwlock_t* l) noexcept {
  ++counted.locks;
  return hidden(rwlock_rdlock, "pthread_rwlock_rdlock")(l);
}
int pthread_rwlock_wrlock(pthread_rwlock_t* l) noexcept {
  ++counted.locks;
  return hidden(rwlock_wrlock, "pthread_rwlock_wrlock")(l);
}
}  // extern "C"

#endif

}  // namespace multipass::testing
