// Cuts a connection's bytes into answers, however the network cut them into pieces. What arrives
// whole is read where it lies; only the tail of a piece is kept.
#pragma once

#include <string>
#include <string_view>

#include "load/answer_head.hpp"

namespace multipass::load {

struct answer {
  unsigned status = 0;
  bool close = false;     ///< the peer will close after this one
  std::string_view body;  ///< valid during the callback only
};

class answer_reader {
 public:
  /// Calls on_answer(const answer&) -> bool for each answer that is complete now; false from it
  /// ends the reading and drops the rest. Returns false when the bytes are no answer: problem()
  /// says why, and nothing can follow on this connection.
  template <class OnAnswer>
  bool read(std::string_view bytes, OnAnswer on_answer) {
    if (kept_.empty()) {
      const auto used = cut(bytes, on_answer);
      if (used < bytes.size()) kept_ = bytes.substr(used);
    } else {
      kept_ += bytes;
      if (kept_.size() >= needed_) kept_.erase(0, cut(kept_, on_answer));
    }
    return problem_.empty();
  }

  /// Whether no begun answer is waiting for its rest.
  bool empty() const noexcept { return kept_.empty(); }
  const std::string& problem() const noexcept { return problem_; }
  /// For a new connection.
  void reset() noexcept;

 private:
  // Returns how many bytes are done with.
  template <class OnAnswer>
  std::size_t cut(std::string_view bytes, OnAnswer& on_answer) {
    std::size_t used = 0;
    needed_ = 0;
    while (used < bytes.size()) {
      const auto rest = bytes.substr(used);
      const auto head = parse_answer_head(rest);
      if (head.what == answer_head::outcome::incomplete) break;
      if (head.what == answer_head::outcome::malformed) {
        refuse(head.problem, rest);
        return bytes.size();
      }
      const auto size = head.size + head.body_size;
      if (rest.size() < size) {
        needed_ = size;
        break;
      }
      used += size;
      if (!on_answer(answer{head.status, head.close, rest.substr(head.size, head.body_size)})) {
        return bytes.size();
      }
    }
    return used;
  }
  void refuse(const char* problem, std::string_view bytes);

  std::string kept_;        // the beginning of an answer
  std::size_t needed_ = 0;  // kept_ is worth another look from this size on
  std::string problem_;
};

}  // namespace multipass::load
