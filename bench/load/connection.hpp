// One connection to the server: its stream, what still has to be written, and the requests whose
// answers are awaited, in order. The pool decides when it opens and closes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "load/answer_reader.hpp"
#include "load/clock.hpp"
#include "load/fixed_ring.hpp"
#include "load/stream.hpp"
#include "load/ticket.hpp"

namespace multipass::load {

class connection {
 public:
  enum class state { down, connecting, open };

  /// At most `depth` requests are outstanding.
  connection(std::size_t depth, std::uint32_t number_in_pool)
      : number(number_in_pool), outstanding(depth) {}

  /// Writes what it can and keeps the rest for flush(). False: the connection is broken.
  bool send(std::string_view bytes);
  /// Writes what was kept, as far as it goes; for when the stream has become writable.
  bool flush();
  /// Closes, and forgets what was half sent and half read.
  void close() noexcept;

  const std::uint32_t number;
  stream wire;
  answer_reader reader;
  fixed_ring<ticket> outstanding;

  // The pool's book-keeping.
  state now = state::down;
  nanos since = 0;             ///< connecting: when it began; down: when it may be opened again
  bool has_answered = false;   ///< since it was opened
  std::size_t free_slots = 0;  ///< how often it stands in the pool's ring

 private:
  std::string unwritten_;
};

}  // namespace multipass::load
