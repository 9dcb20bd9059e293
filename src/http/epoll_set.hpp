// The sockets of one event loop, in an epoll set of their own that Asio watches as one descriptor.
// A socket is registered once, edge-triggered, and a batch of ready sockets costs one hand-over
// between Asio and us. Asio's own sockets would cost each request a read that finds nothing, and
// two locks and a queue inside its scheduler (bench/RESULTS.md says how much).
//
// Confined to its event loop.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>

#include "base/task.hpp"

namespace multipass {

class epoll_set {
 public:
  /// What waits for a descriptor.
  class member {
   public:
    /// `events` as of epoll_wait(2). May end this member, and no other member of the set.
    virtual void on_events(std::uint32_t events) = 0;

   protected:
    ~member() = default;
  };

  /// Throws boost::system::system_error when the process has no descriptor left.
  explicit epoll_set(asio::io_context& context);

  /// Begins to watch; the io_context has work until stop().
  void start();
  void stop();

  /// Tells `m` of every edge of `descriptor`, for reading and writing, until remove(); `m`
  /// lives as long. False: the kernel refused.
  [[nodiscard]] bool add(int descriptor, member& m);
  /// Before `descriptor` is closed. Closing alone would not do: a child of a fork, until it execs,
  /// holds the same open file, and the set would go on telling a member that is gone (epoll(7),
  /// question 6).
  void remove(int descriptor);

 private:
  void watch();
  void deliver();

  asio::posix::basic_stream_descriptor<executor> set_;
  bool stopped_ = false;
};

}  // namespace multipass
