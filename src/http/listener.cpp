#include "http/listener.hpp"

#include <sys/mman.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <future>

#include "base/listen_address.hpp"
#include "http/session.hpp"

namespace multipass {
namespace {

// Long enough not to burn the processor, short enough to recover within a second.
constexpr auto pause_length = std::chrono::milliseconds{50};

// Address space that must be there for another connection to be accepted. Asio's coroutines do not
// survive a lack of memory at every point (a frame is destroyed by a posted handler, which has to
// be allocated), so those that are being served must not come into it.
constexpr std::size_t spare_memory = 4 * 1'048'576;

bool has_spare_memory() noexcept {
  void* const taken =
      ::mmap(nullptr, spare_memory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (taken == MAP_FAILED) return false;
  ::munmap(taken, spare_memory);
  return true;
}

}  // namespace

listener::listener(service& s, const loops& all, std::size_t most_connections)
    : service_(s),
      loops_(all),
      most_connections_(static_cast<std::int64_t>(most_connections)),
      acceptor_(all.front()->context()),
      timer_(all.front()->context()) {}

result<std::unique_ptr<listener>> listener::open(const std::string& address, std::string_view key,
                                                 service& s, const loops& all,
                                                 std::size_t most_connections) {
  const auto refused = [&](const std::string& why) {
    return fail(errc::bad_configuration, std::string(key) + ": " + address + ": " + why);
  };
  const auto parsed = parse_listen_address(address);
  if (!parsed) return refused(parsed.error().message);
  const asio::ip::tcp::endpoint where(parsed->ip, parsed->port);

  std::unique_ptr<listener> l(new listener(s, all, most_connections));
  boost::system::error_code ec;
  l->acceptor_.open(where.protocol(), ec);
  if (!ec) l->acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) l->acceptor_.bind(where, ec);
  if (!ec) l->acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) l->acceptor_.non_blocking(true, ec);
  if (ec) return refused(ec.message());
  const auto bound = l->acceptor_.local_endpoint();
  l->address_ = to_text({bound.address(), bound.port()});
  return l;
}

void listener::start() {
  auto begin = [this] { asio::co_spawn(acceptor_.get_executor(), accept_all(), asio::detached); };
  asio::post(acceptor_.get_executor(), begin);
}

void listener::close() {
  std::promise<void> closed;
  const auto until_closed = closed.get_future();
  auto end = [this, closed = std::move(closed)]() mutable {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    closed.set_value();
  };
  asio::post(acceptor_.get_executor(), std::move(end));
  until_closed.wait();
}

task<> listener::pause() {
  boost::system::error_code ec;
  timer_.expires_after(pause_length);
  co_await timer_.async_wait(asio::redirect_error(use_task, ec));
}

task<> listener::accept_all() {
  while (acceptor_.is_open()) {
    if (service_.metrics.connections.load(std::memory_order_relaxed) >= most_connections_) {
      co_await pause();
      continue;
    }
    boost::system::error_code ec;
    co_await acceptor_.async_wait(acceptor::wait_read, asio::redirect_error(use_task, ec));
    if (!acceptor_.is_open()) break;
    if (ec || !accept_one()) co_await pause();
  }
}

// Memory that has run out is a fault like descriptors that have: it passes.
bool listener::accept_one() noexcept {
  try {
    if (has_spare_memory()) return accept_waiting();
  } catch (const std::exception&) {
    // The connection is closed.
  }
  service_.metrics.accept_failures.fetch_add(1, std::memory_order_relaxed);
  return false;
}

// Accepts one connection of those that wait (the limit is checked before each). False: accept()
// failed for a reason that time may mend, such as EMFILE. The descriptor is accepted bare, because
// a socket object would be registered with this loop and not with the one that will serve it.
bool listener::accept_waiting() {
  asio::ip::tcp::endpoint from;
  auto size = static_cast<socklen_t>(from.capacity());
  const int descriptor =
      ::accept4(acceptor_.native_handle(), from.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor >= 0) {
    service_.metrics.accepted.fetch_add(1, std::memory_order_relaxed);
    // Counted here and not by the session, which begins only when its loop gets to it: meanwhile
    // this loop would accept more than it may.
    accepted_connection accepted(descriptor, service_.metrics);
    const auto address = without_mapping(from.address());
    // With the PROXY protocol the session counts, when it knows whom.
    if (!service_.proxy_protocol) {
      auto place = service_.admit(address);
      if (!place) {
        note_crowded(address);
        return true;
      }
      accepted.take(std::move(*place));
    }
    deal_out(std::move(accepted), {.address = address});
    return true;
  }
  if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) return true;
  service_.metrics.accept_failures.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void listener::deal_out(accepted_connection accepted, peer from) {
  event_loop& loop = *loops_[next_++ % loops_.size()];
  auto serve = [accepted = std::move(accepted), from = std::move(from), &loop,
                &s = service_]() mutable noexcept {
    try {
      asio::co_spawn(loop.context(),
                     serve_connection(std::move(accepted), std::move(from), loop, s),
                     asio::detached);
    } catch (const std::exception&) {
      // No memory for the session: the peer is turned away.
    }
  };
  asio::post(loop.context(), std::move(serve));
}

void listener::note_crowded(const ip_address& from) {
  service_.metrics.refused_per_address.fetch_add(1, std::memory_order_relaxed);
  if (!loops_.front()->may_log_refusal()) return;
  service_.log_refused_connection(from, "its address has as many as it may");
}

}  // namespace multipass
