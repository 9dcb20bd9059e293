#include "load/connection.hpp"

namespace multipass::load {

bool connection::send(std::string_view bytes) {
  if (!unwritten_.empty()) {
    unwritten_ += bytes;
    return flush();
  }
  const auto out = wire.write(bytes);
  if (out.what == io_outcome::kind::failed) return false;
  if (out.bytes == bytes.size()) return true;
  unwritten_ = bytes.substr(out.bytes);
  return flush();  // until the stream says `again`: only then does epoll report the next edge
}

bool connection::flush() {
  while (!unwritten_.empty()) {
    const auto out = wire.write(unwritten_);
    if (out.what == io_outcome::kind::failed) return false;
    if (out.bytes == 0) return true;
    unwritten_.erase(0, out.bytes);
  }
  return true;
}

void connection::close() noexcept {
  wire.close();
  reader.reset();
  unwritten_.clear();
}

}  // namespace multipass::load
