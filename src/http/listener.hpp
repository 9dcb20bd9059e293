// Accepts connections for one service and deals them out to the event loops in turn. Runs on the
// first loop. Out of descriptors or memory, or at the limit of connections, it pauses: further
// peers wait in the kernel's queue, and what is connected is served on.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "http/accepted_connection.hpp"
#include "http/event_loop.hpp"
#include "http/peer.hpp"
#include "http/service.hpp"
#include "multipass/error.hpp"

namespace multipass {

class listener {
 public:
  using loops = std::vector<std::unique_ptr<event_loop>>;

  /// Binds to "address:port". errc::bad_configuration names `key` and the reason. `s` and `all`
  /// must outlive the event loops' threads. Before the loops start.
  static result<std::unique_ptr<listener>> open(const std::string& address, std::string_view key,
                                                service& s, const loops& all,
                                                std::size_t most_connections);

  /// Begins to accept; any thread.
  void start();
  /// Closes the listening socket; any thread but the event loops', which must run. When it returns,
  /// the last connection has been dealt out; waiting peers are refused by the kernel.
  void close();

  /// The address bound, "127.0.0.1:8080".
  std::string address() const { return address_; }

 private:
  using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;
  listener(service& s, const loops& all, std::size_t most_connections);
  task<> accept_all();
  task<> pause();
  bool accept_one() noexcept;
  bool accept_waiting();
  void deal_out(accepted_connection accepted, peer from);
  void note_crowded(const ip_address& from);

  service& service_;
  const loops& loops_;
  std::int64_t most_connections_;
  acceptor acceptor_;
  asio::steady_timer timer_;
  std::string address_;
  std::size_t next_ = 0;
};

}  // namespace multipass
