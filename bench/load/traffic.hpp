// What a worker sends, and what follows from the answers. The worker asks it for requests and
// brings it what became of them; it moves no bytes itself. One thread.
#pragma once

#include <cstddef>
#include <string>

#include "load/answer_reader.hpp"
#include "load/clock.hpp"
#include "load/recorder.hpp"
#include "load/ticket.hpp"

namespace multipass::load {

/// Which of a worker's pools a request goes to.
enum class listener : std::size_t { gateway = 0, admin = 1 };

class traffic {
 public:
  traffic() = default;
  traffic(const traffic&) = delete;
  traffic& operator=(const traffic&) = delete;
  virtual ~traffic() = default;

  virtual void begin(nanos start, nanos end) = 0;
  /// Begins nothing new from now on.
  virtual void stop(nanos now) = 0;

  virtual bool due(listener to, nanos now) = 0;
  /// Appends the request that is due; its ticket lacks only `sent`.
  virtual ticket next(listener to, nanos now, std::string& out) = 0;
  /// When something will be due of itself; `never` when only answers can bring it about.
  virtual nanos next_due(nanos now) const = 0;
  /// Nothing will be due any more, but for what answers in flight bring about.
  virtual bool over(nanos now) const = 0;

  virtual void answered(const ticket& t, const answer& a, bool as_expected, nanos now) = 0;
  virtual void lost(const ticket& t) = 0;
  /// Enters all that is due and will not be sent any more.
  virtual void give_up(nanos now, recorder& record) = 0;

  /// Why it ended before its time; empty if it did not.
  virtual std::string ended_early() const = 0;
};

}  // namespace multipass::load
