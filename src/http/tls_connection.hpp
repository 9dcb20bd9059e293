// The TLS of one connection, server side, over the bytes of a socket. Like the socket it tries at
// once and never waits; unlike there, either direction may want the other. Confined to its event
// loop.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "http/peer.hpp"
#include "http/tls_context.hpp"

struct ssl_st;

namespace multipass {

class socket;

class tls_connection {
 public:
  enum class status {
    done,
    wants_input,   ///< more has to be read; unless the socket is empty, ask again at once
    wants_output,  ///< the socket takes nothing now
    ended,
    failed
  };
  struct outcome {
    status how;
    std::size_t bytes = 0;
  };

  /// `under` outlives this.
  tls_connection(const tls_context& context, socket& under);
  ~tls_connection();
  tls_connection(const tls_connection&) = delete;
  tls_connection& operator=(const tls_connection&) = delete;

  outcome handshake();
  outcome read(std::span<char> room);
  /// After wants_output: to be called again with the same bytes, wherever they are, and perhaps
  /// more.
  outcome write(std::span<const char> bytes);
  /// close_notify, if the socket takes it now.
  void say_goodbye();
  /// True when bytes were taken from the socket that read() has not given yet, be they half a
  /// record.
  bool has_pending() const;

  /// True while the peer has sent nothing at all.
  bool heard_nothing() const;
  bool resumed() const;
  /// Null when the client sent none. One that does not chain to the CAs fails the handshake.
  std::shared_ptr<const client_certificate> peer_certificate() const;
  /// Of the last `failed`, in OpenSSL's words.
  const std::string& failure() const { return failure_; }
  /// The failure is that the first bytes were not TLS, but an HTTP request.
  bool heard_plain_http() const { return heard_plain_http_; }

 private:
  void begin_call();
  outcome outcome_of(int returned, std::size_t bytes);
  void note_failure();

  friend struct tls_bytes;  // of the .cpp: what OpenSSL calls to read and write

  socket& under_;
  unsigned receives_left_ = 0;  // in the present call
  ssl_st* ssl_;
  std::string failure_;
  bool heard_plain_http_ = false;
};

}  // namespace multipass
