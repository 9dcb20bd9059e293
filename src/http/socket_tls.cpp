// The socket with TLS: what its connection says, in the socket's words.
#include <utility>

#include "http/socket.hpp"
#include "http/tls_connection.hpp"

namespace multipass {

namespace {

using from_tls = tls_connection::status;

// In a row: a key update now and then is in order, nothing but key updates is an attack.
constexpr unsigned most_fruitless_reads = 32;

}  // namespace

void socket::start_tls(const tls_context& context) {
  tls_ = std::make_unique<tls_connection>(context, *this);
}

void socket::drop_tls() {
  tls_.reset();
  unread_inside_ = false;
  reading_waits_for_ = direction::in;
  writing_waits_for_ = direction::out;
}

socket::status socket::handshake() {
  switch (tls_->handshake().how) {
    case from_tls::done:
      reading_waits_for_ = direction::in;
      // Requests may have come in one piece with the end of the handshake.
      unread_inside_ = tls_->has_pending();
      return status::done;
    case from_tls::wants_input:
      reading_waits_for_ = direction::in;
      return status::not_now;
    case from_tls::wants_output:
      reading_waits_for_ = direction::out;
      return status::not_now;
    case from_tls::ended:
    case from_tls::failed:
      return status::failed;
  }
  return status::failed;
}

// Record by record until the room is full or nothing is left, so that a read which does not fill
// its room has emptied the socket, as without TLS. Unless TLS stopped with more at hand, so that
// records without bytes for us do not keep the loop: then the next read says "not now" once, and
// the wait behind it gives others their turn. What ends the connection behind bytes is told by the
// next read.
socket::outcome socket::read_tls(std::span<char> room) {
  if (std::exchange(gives_way_, false)) return {status::not_now};
  // Most reads come just behind one that emptied all, and need not go through TLS to learn that.
  const bool waits_for_output = reading_waits_for_ == direction::out;
  reading_waits_for_ = direction::in;
  unread_inside_ = unread_inside_ || waits_for_output || tls_->has_pending();
  if (!may_read_ && !unread_inside_) return {status::not_now};

  std::size_t bytes = 0;
  bool stopped = false;
  auto how = status::done;
  while (how == status::done && bytes < room.size()) {
    if (bytes > 0 && !may_read_ && !tls_->has_pending()) break;
    const auto got = tls_->read(room.subspan(bytes));
    bytes += got.bytes;
    switch (got.how) {
      case from_tls::done:
        break;
      case from_tls::wants_input:
        how = status::not_now;
        stopped = may_read_;
        break;
      case from_tls::wants_output:
        reading_waits_for_ = direction::out;
        how = status::not_now;
        break;
      case from_tls::ended:
        how = status::ended;
        break;
      case from_tls::failed:
        how = status::failed;
        break;
    }
  }
  unread_inside_ = stopped || (bytes > 0 && how != status::not_now &&
                               (how != status::done || bytes == room.size()));
  gives_way_ = stopped && bytes > 0;
  if (bytes > 0) fruitless_reads_ = 0;
  if (bytes > 0) return {status::done, bytes};
  if (stopped && ++fruitless_reads_ > most_fruitless_reads) return {status::failed};
  return {how};
}

socket::outcome socket::write_tls(std::span<const char> bytes) {
  const auto put = tls_->write(bytes);
  switch (put.how) {
    case from_tls::done:
      return {status::done, put.bytes};
    case from_tls::wants_output:
      writing_waits_for_ = direction::out;
      return {status::not_now};
    case from_tls::wants_input:
      writing_waits_for_ = direction::in;
      return {status::not_now};
    case from_tls::ended:
    case from_tls::failed:
      return {status::failed};
  }
  return {status::failed};
}

}  // namespace multipass
