// Memory as the token cache takes it: zeroed, at a multiple of 2 MiB, on huge pages where the
// system grants them. What a floor walks over must cost as many TLB misses as what it is the floor
// of.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace multipass {

struct free_memory {
  void operator()(void* memory) const noexcept { std::free(memory); }
};
template <class T>
using huge_array = std::unique_ptr<T[], free_memory>;

template <class T>
huge_array<T> make_huge_array(std::size_t count) {
  constexpr std::size_t page = std::size_t{2} << 20;
  const std::size_t bytes = (count * sizeof(T) + page - 1) / page * page;
  void* const memory = std::aligned_alloc(page, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  ::madvise(memory, bytes, MADV_HUGEPAGE);
  std::memset(memory, 0, bytes);
  return huge_array<T>(static_cast<T*>(memory));
}

}  // namespace multipass
