#include "load/answer_reader.hpp"

#include <algorithm>

namespace multipass::load {

void answer_reader::reset() noexcept {
  kept_.clear();
  needed_ = 0;
  problem_.clear();
}

// Quotes where the reading stood, for a person: printable, and not the whole answer.
void answer_reader::refuse(const char* problem, std::string_view bytes) {
  constexpr std::size_t quoted = 40;
  std::string start(bytes.substr(0, quoted));
  std::replace_if(
      start.begin(), start.end(), [](char c) { return c < ' ' || c > '~'; }, '.');
  problem_ = std::string(problem) + "; the answer begins with \"" + start + "\"";
}

}  // namespace multipass::load
