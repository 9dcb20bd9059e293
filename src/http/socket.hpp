// One connected TCP socket in its loop's epoll set, plain or with TLS. Reading and writing try at
// once and never wait; a coroutine waits only where the kernel said "not now", and is resumed in
// place when the edge comes. Confined to its event loop.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "base/task.hpp"
#include "http/epoll_set.hpp"

namespace multipass {

class tls_connection;
class tls_context;

class socket final : public epoll_set::member {
 public:
  enum class status { done, not_now, ended, failed };
  struct outcome {
    status how;
    std::size_t bytes = 0;
  };

  /// Owns `descriptor`, which is connected and does not block. `set` outlives the socket.
  socket(int descriptor, epoll_set& set);
  ~socket();
  socket(const socket&) = delete;
  socket& operator=(const socket&) = delete;

  /// `done` with at least one byte; `ended` when the peer has sent its last. `room` is not empty.
  outcome read(std::span<char> room);
  /// `done` with at least one byte written, though perhaps not all.
  outcome write(std::span<const char> bytes);

  /// Wait until read() or write() may have more to say than `not_now`. One wait at a time. False:
  /// cancelled. Resumes inside the epoll set's batch.
  task<bool> readable() { return wait(reading_waits_for_); }
  task<bool> writable() { return wait(writing_waits_for_); }
  /// Ends the present wait, if there is one, soon.
  void cancel();

  /// From here on read() and write() go through TLS; before either, handshake() until it is done,
  /// waiting for readable() between.
  void start_tls(const tls_context& context);
  status handshake();
  /// What is known of the peer; null without TLS.
  const tls_connection* tls() const { return tls_.get(); }
  /// From here on plain.
  void drop_tls();

  /// True when bytes have come that were not read yet.
  bool has_unread() const;
  /// Ends the connection in both directions; the present wait ends by the edge that this makes.
  void abandon() noexcept;
  /// Says that we send no more. What is read afterwards are bytes as they come, TLS or not.
  void shutdown_send();
  /// The present wait, if there is one, ends as cancelled.
  void close();

  // The bytes below TLS: what read() and write() are without it.
  outcome receive(std::span<char> room);
  outcome transmit(std::span<const char> bytes);

 private:
  enum class direction { in, out };
  using waiter = asio::async_result<asio::use_awaitable_t<executor>, void(bool)>::handler_type;

  task<bool> wait(direction d);
  static void resume_later(waiter w, bool ready);
  void on_events(std::uint32_t events) override;
  bool is_ready(direction d) const {
    return d == direction::in ? may_read_ || unread_inside_ : may_write_;
  }
  outcome read_tls(std::span<char> room);
  outcome write_tls(std::span<const char> bytes);

  epoll_set& set_;
  int descriptor_;
  // What the last edges promised and no call has disproved since.
  bool may_read_ = true;
  bool may_write_ = true;
  bool hung_up_ = false;  // no further edge will tell of what is left to read
  direction waits_for_ = direction::in;
  std::optional<waiter> waiter_;

  // Reading may have to wait until TLS could write, and the other way round.
  direction reading_waits_for_ = direction::in;
  direction writing_waits_for_ = direction::out;
  bool unread_inside_ = false;  // the last read stopped with more in the hands of TLS
  bool gives_way_ = false;
  unsigned fruitless_reads_ = 0;
  std::unique_ptr<tls_connection> tls_;
};

}  // namespace multipass
