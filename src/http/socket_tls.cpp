// The socket with TLS: what its connection says, in the socket's words.
#include "http/socket.hpp"
#include "http/tls_connection.hpp"

namespace multipass {

namespace {

using from_tls = tls_connection::status;

// In one read: a key update now and then is in order, nothing but key updates keeps the loop busy.
constexpr unsigned most_empty_records = 32;

}  // namespace

void socket::start_tls(const tls_context& context, std::string_view heard) {
  tls_ = std::make_unique<tls_connection>(context, *this, heard);
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
// its room has emptied the socket, as without TLS. What ends the connection behind bytes is told
// by the next read.
socket::outcome socket::read_tls(std::span<char> room) {
  // Most reads come just behind one that emptied all, and need not go through TLS to learn that.
  const bool waits_for_output = reading_waits_for_ == direction::out;
  reading_waits_for_ = direction::in;
  unread_inside_ = unread_inside_ || waits_for_output || tls_->has_pending();
  if (!may_read_ && !unread_inside_) return {status::not_now};

  std::size_t bytes = 0;
  unsigned empty = 0;
  auto how = status::done;
  while (how == status::done && bytes < room.size()) {
    if (bytes > 0 && !may_read_ && !tls_->has_pending()) break;
    const auto got = tls_->read(room.subspan(bytes));
    bytes += got.bytes;
    switch (got.how) {
      case from_tls::done:
        break;
      case from_tls::wants_input:
        if (!may_read_) how = status::not_now;
        if (++empty > most_empty_records) how = status::failed;
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
  unread_inside_ =
      bytes > 0 && how != status::not_now && (how != status::done || bytes == room.size());
  if (bytes > 0) return {status::done, bytes};
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
