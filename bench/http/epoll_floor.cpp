// The floor: an epoll loop that finds the end of each request and sends canned bytes. No server
// that answers one request with one send can cost less; what a gateway costs above it is its own.
//
//   epoll_floor --port N --answer FILE [--threads N] [--gather]
//
// A request is taken to end with its header: the load asks with an empty body.
#include <cstring>
#include <string>

#include "epoll_loop.hpp"
#include "peer_options.hpp"

namespace {

class canned_session {
 public:
  explicit canned_session(const std::string& answer) : answer_(answer) {}

  peers::step next(std::string_view unread) const {
    const void* const end = memmem(unread.data(), unread.size(), "\r\n\r\n", 4);
    if (end == nullptr) return {};
    return {static_cast<std::size_t>(static_cast<const char*>(end) - unread.data()) + 4, answer_};
  }

 private:
  const std::string& answer_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto options = peers::read_options(argc, argv, {"gather"});
  const std::string answer = peers::read_file(options.answer);
  peers::epoll_server<canned_session, const std::string>(options, answer).run();
}
