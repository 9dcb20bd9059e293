// A file with one or two words on each line, read whole: tokens, with an account of each perhaps,
// or codes with their client ids. Immutable, shared by all workers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace multipass::load {

class word_list {
 public:
  struct row {
    std::string_view first, second;  ///< second is empty when the line has but one
  };

  /// `name` is for messages. Throws std::runtime_error that names the line: a word is 1 to 4096
  /// visible ASCII characters, since it goes into requests as it is.
  word_list(std::string text, const std::string& name);
  static word_list read(const std::string& file);

  std::size_t size() const noexcept { return begins_.size() - 1; }
  row operator[](std::size_t line) const noexcept;
  bool has_pairs() const noexcept { return pairs_; }  ///< every line has two words

 private:
  std::string text_;
  std::vector<std::uint64_t> begins_;  // of each line, and the end
  bool pairs_ = true;
};

/// The whole content; throws std::runtime_error that names the file.
std::string read_file(const std::string& file);

}  // namespace multipass::load
