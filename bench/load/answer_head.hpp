// The head of an HTTP/1.1 answer, read strictly: status and Content-Length framing. Whatever leaves
// it open where the answer ends is an error with a reason. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace multipass::load {

struct answer_head {
  enum class outcome { whole, incomplete, malformed };
  outcome what = outcome::incomplete;
  const char* problem = "";  ///< malformed: why
  unsigned status = 0;       ///< 200 to 599
  bool close = false;        ///< the peer said Connection: close
  std::size_t size = 0;      ///< of the head, with its empty line
  std::size_t body_size = 0;
};

/// Above these an answer is malformed, so that a corrupt length cannot eat the memory.
inline constexpr std::size_t longest_head = 65'536;
inline constexpr std::size_t longest_body = 67'108'864;

/// Reads the head that `bytes` begin with.
answer_head parse_answer_head(std::string_view bytes) noexcept;

}  // namespace multipass::load
