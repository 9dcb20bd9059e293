// The connections of one worker to one address: opens them, deals requests to them in turn, takes
// the answers in, and opens anew what was closed. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "load/connection.hpp"
#include "load/counter.hpp"
#include "load/event_wait.hpp"
#include "load/tally.hpp"

namespace multipass::load {

/// Who is told what became of requests. It must not send from within these calls.
class answer_sink {
 public:
  virtual void answered(const ticket& t, const answer& a, nanos now) = 0;
  virtual void lost(const ticket& t, loss why, nanos now) = 0;

 protected:
  ~answer_sink() = default;
};

struct pool_settings {
  address to;
  std::size_t connections = 1;
  std::size_t depth = 1;  ///< outstanding requests per connection
  nanos timeout = 10 * one_second;
  std::uint64_t key = 0;  ///< events of this pool carry key << 32 | connection
};

class connection_pool {
 public:
  connection_pool(pool_settings settings, event_wait& events, answer_sink& sink);

  // Before the run.
  /// Goes on opening, a bounded number at a time so that the server's accept queue does not
  /// overflow; call it again while not all are open. Throws std::runtime_error when one cannot be
  /// opened: before the run that is a mistake, during it an error that is counted.
  void open_more(nanos now);
  std::size_t open() const noexcept { return open_; }
  bool all_open() const noexcept { return open_ == connections_.size(); }
  void begin() noexcept { begun_ = true; }

  // Requests.
  /// Whether some connection can take one.
  bool has_free() noexcept;
  /// That connection, in turn. Each take obliges to one expect() on it.
  connection& take() noexcept;
  /// Takes the same connection once more if it is the next in turn as well.
  bool take_again(const connection& c) noexcept;
  /// An answer will come that belongs to `t`; then send() the request.
  void expect(connection& c, const ticket& t) noexcept;
  void send(connection& c, std::string_view bytes, nanos now);
  std::size_t in_flight() const noexcept { return in_flight_; }

  // What happens meanwhile.
  /// An event of epoll for the connection of that number.
  void handle(std::uint32_t number, std::uint32_t events);
  /// Every few milliseconds: gives up what has timed out, opens again what is down.
  void sweep(nanos now);
  /// Gives up all that is outstanding, as timed out.
  void give_up(nanos now);

  // Of the whole run; any thread.
  const counter& reconnects() const noexcept { return reconnects_; }
  const counter& failed_connects() const noexcept { return failed_connects_; }
  /// Bytes that came though no answer was outstanding: an error that no request suffered from.
  const counter& strays() const noexcept { return strays_; }
  /// What the first malformed answer was; empty if there was none. After the run.
  const std::string& complaint() const noexcept { return complaint_; }

 private:
  // Between attempts at a server that refuses, or that closes without a single answer.
  static constexpr nanos reopening_pause = 100 * one_millisecond;

  void start_opening(connection& c, nanos now);
  void finish_opening(connection& c);
  void fail_opening(connection& c, int problem, nanos now);
  void add_free(connection& c) noexcept;
  void receive(connection& c, std::uint32_t events);
  bool take_in(connection& c, std::string_view bytes, nanos now);
  void complain(const connection& c, const std::string& problem);
  void lose(connection& c, loss why, nanos now);
  void check(connection& c, nanos now);

  pool_settings settings_;
  event_wait& events_;
  answer_sink& sink_;
  std::deque<connection> connections_;
  // Free slots by connection, in the order they became free: each stands there at most `depth`
  // times. Slots of connections that are down stay in it and are skipped.
  fixed_ring<std::uint32_t> free_;
  std::size_t never_opened_ = 0, opening_ = 0, open_ = 0;
  bool begun_ = false;
  std::size_t in_flight_ = 0;
  std::size_t next_swept_ = 0;
  std::vector<char> received_;
  std::string complaint_;
  counter reconnects_, failed_connects_, strays_;
};

}  // namespace multipass::load
