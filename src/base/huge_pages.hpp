// Memory for tables of many megabytes that are read at random: in huge pages, where the system has
// them, a read does not also miss the TLB. Any thread.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace multipass {

inline constexpr std::size_t huge_page = std::size_t{2} << 20;

namespace detail {

constexpr std::align_val_t page_alignment(std::size_t bytes) noexcept {
  return std::align_val_t{bytes < huge_page ? 64 : huge_page};
}

}  // namespace detail

/// `bytes` of memory, not touched yet, aligned to a cache line at least. Throws std::bad_alloc.
inline void* allocate_huge(std::size_t bytes) {
  void* const memory = ::operator new(bytes, detail::page_alignment(bytes));
  // Advice only: 4 KiB pages do as well, with more TLB misses. It must come before the first touch.
  if (bytes >= huge_page) ::madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

/// Gives back what allocate_huge(bytes) returned.
inline void free_huge(void* memory, std::size_t bytes) noexcept {
  ::operator delete(memory, bytes, detail::page_alignment(bytes));
}

/// For containers whose storage is one large block.
template <class T>
struct huge_page_allocator {
  using value_type = T;
  huge_page_allocator() = default;
  template <class U>
  huge_page_allocator(const huge_page_allocator<U>&) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_huge(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t n) noexcept { free_huge(memory, n * sizeof(T)); }
  friend bool operator==(huge_page_allocator, huge_page_allocator) noexcept { return true; }
};

}  // namespace multipass
