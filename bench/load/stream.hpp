// A non-blocking TCP byte stream: the only place where bytes enter and leave. Here goes TLS: a
// stream that wraps these calls and keeps their meaning (`again` also while a handshake needs the
// other direction) fits in without a change elsewhere.
#pragma once

#include <cstddef>
#include <string_view>

#include "load/address.hpp"

namespace multipass::load {

/// What one read or write did.
struct io_outcome {
  enum class kind {
    moved,   ///< `bytes` of them, more than 0
    again,   ///< not now; epoll will tell
    closed,  ///< the peer has ended its side
    failed,  ///< the connection is broken (reset)
  };
  kind what;
  std::size_t bytes = 0;
};

class stream {
 public:
  stream() = default;
  ~stream() { close(); }
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  /// Begins to connect; the handle becomes writable when that has succeeded or failed. Returns 0 or
  /// an errno value.
  int start_connect(const address& to) noexcept;
  /// What became of it: 0 or an errno value.
  int connect_outcome() const noexcept;

  io_outcome read(char* into, std::size_t size) noexcept;
  io_outcome write(std::string_view bytes) noexcept;

  void close() noexcept;
  /// For epoll; -1 when closed.
  int handle() const noexcept { return handle_; }

 private:
  int handle_ = -1;
};

}  // namespace multipass::load
