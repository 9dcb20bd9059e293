// What a connection has received and its parser has not taken yet. In one header, because every
// request passes through it.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace multipass {

class input_buffer {
 public:
  /// Three times the header limit (in bytes): wherever in the first third a header begins, there is
  /// room for it and, behind it, for a trailer section.
  explicit input_buffer(std::size_t header_limit)
      : header_limit_(header_limit),
        capacity_(3 * header_limit + 1024),
        bytes_(new char[capacity_]) {}

  std::string_view unread() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void take(std::size_t size) { begin_ += size; }

  /// Where the next bytes go; then add() says how many came.
  std::span<char> room() { return {bytes_.get() + end_, capacity_ - end_}; }
  void add(std::size_t size) { end_ += size; }
  /// For bytes that nobody will read.
  std::span<char> all() { return {bytes_.get(), capacity_}; }

  /// The first `size` unread bytes, a header, stay where they are until let_go(): views point at
  /// them.
  void keep(std::size_t size) { kept_ = begin_ + size; }
  void let_go() {
    kept_ = 0;
    if (empty()) begin_ = end_ = 0;
  }

  // Unread bytes may move while no view points at them: to the front while a header is incomplete,
  // to just behind the header while a body is.

  /// Before a header is parsed.
  void make_header_fit() {
    if (begin_ > header_limit_) move_unread_to(0);
  }
  /// Before a read.
  void make_room() {
    if (begin_ == kept_ || (!empty() && capacity_ - end_ >= capacity_ / 4)) return;
    move_unread_to(kept_);
  }

 private:
  void move_unread_to(std::size_t front) {
    std::memmove(bytes_.get() + front, bytes_.get() + begin_, end_ - begin_);
    end_ = front + (end_ - begin_);
    begin_ = front;
  }

  std::size_t header_limit_;
  std::size_t capacity_;
  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0;  // [begin_, end_) is unread
  std::size_t end_ = 0;
  std::size_t kept_ = 0;  // end of the header that stays
};

}  // namespace multipass
