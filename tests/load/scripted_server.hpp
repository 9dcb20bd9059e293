// A small HTTP server that does on purpose what servers should not: stalls, lies, breaks off. One
// thread, so that a stall stalls everybody. On a port of 127.0.0.1 that the system chooses.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "load/clock.hpp"

namespace multipass::testing {

/// What it does about one request.
struct reaction {
  enum class then { keep, close, reset };
  std::string bytes;  ///< sent as they are
  then after = then::keep;
  load::nanos stall = 0;   ///< before it: the whole server sleeps
  bool in_pieces = false;  ///< each byte in a segment of its own
};

class scripted_server {
 public:
  /// `script` is asked about each request: its number, from 0, and its text.
  using script = std::function<reaction(std::size_t number, const std::string& request)>;
  explicit scripted_server(script what_to_do);
  ~scripted_server();
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t requests() const { return requests_.load(); }

 private:
  struct peer {
    int socket;
    std::string received;
  };
  void serve();
  bool take_in(peer& p);
  bool react(peer& p, const std::string& request);

  script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<std::size_t> requests_{0};
  std::vector<peer> peers_;
  std::thread thread_;
};

/// A right answer with this status and body.
std::string answer_text(unsigned status = 200, const std::string& body = "{\"ok\":true}",
                        const std::string& fields = {});

}  // namespace multipass::testing
