// A QR code (ISO/IEC 18004) as a square of dark and light modules, without the quiet zone of four
// modules that whoever draws it leaves around it. Made by libqrencode, error correction M.
//
// Immutable after construction, so any thread may use it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"

namespace multipass {

class qr_code {
 public:
  static constexpr std::size_t quiet_zone = 4;

  /// errc::invalid_input for what is empty or too long, which is beyond 2331 bytes.
  static result<qr_code> of(std::string_view text);

  /// Modules per side.
  std::size_t size() const noexcept { return size_; }
  /// Light outside the square, too.
  bool is_dark(std::size_t x, std::size_t y) const noexcept {
    return x < size_ && y < size_ && dark_[y * size_ + x];
  }

 private:
  explicit qr_code(std::size_t size) : size_(size), dark_(size * size) {}

  std::size_t size_;
  std::vector<bool> dark_;  // row by row
};

}  // namespace multipass
