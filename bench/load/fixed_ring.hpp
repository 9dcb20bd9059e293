// A first-in, first-out queue of fixed capacity: pushing allocates nothing. The caller keeps within
// the capacity. One thread.
#pragma once

#include <cstddef>
#include <vector>

namespace multipass::load {

template <class T>
class fixed_ring {
 public:
  explicit fixed_ring(std::size_t capacity) : items_(capacity) {}

  std::size_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  const T& front() const noexcept { return items_[first_]; }

  void push(const T& item) noexcept {
    auto at = first_ + count_++;
    if (at >= items_.size()) at -= items_.size();
    items_[at] = item;
  }
  T pop() noexcept {
    const T item = items_[first_];
    if (++first_ == items_.size()) first_ = 0;
    --count_;
    return item;
  }

 private:
  std::vector<T> items_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace multipass::load
