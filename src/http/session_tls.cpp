// The start of a session on a listener with TLS.
#include "http/session.hpp"
#include "http/tls_connection.hpp"

namespace multipass {

// True: requests may come, and the peer's certificate is known.
task<bool> session::shake_hands() {
  const auto context = service_.tls->current();
  socket_.start_tls(*context);
  input_.let_go();
  waiting_ = wait::handshake;
  deadline = loop_.now() + service_.limits.tls_handshake_timeout;
  auto step = socket_.handshake();
  while (step == socket::status::not_now) {
    const bool ready = co_await socket_.readable();
    step = ready ? socket_.handshake() : socket::status::failed;
  }
  waiting_ = wait::none;
  deadline = time_point::max();
  if (step != socket::status::done) {
    refuse_handshake();
    co_return false;
  }
  const auto& tls = *socket_.tls();
  peer_.certificate = tls.peer_certificate();
  auto& counts = service_.metrics;
  auto& counted = tls.resumed() ? counts.tls_resumed : counts.tls_completed;
  counted.fetch_add(1, std::memory_order_relaxed);
  co_return true;
}

void session::refuse_handshake() {
  const auto& tls = *socket_.tls();
  // Balancers look whether the port is open and say nothing.
  if (tls.heard_nothing() && !timed_out_) return;
  service_.metrics.tls_failed.fetch_add(1, std::memory_order_relaxed);
  if (service_.log.enabled(log_level::info) && loop_.may_log_refusal()) {
    const std::string_view reason =
        timed_out_ ? std::string_view("not done in time") : tls.failure();
    service_.log.write(log_level::info, "tls_handshake_failed",
                       {{"address", peer_.address.to_string()}, {"reason", reason}});
  }
  if (!tls.heard_plain_http()) return;
  socket_.drop_tls();
  started_ = clock_type::now();
  refuse({400, "This port speaks TLS, and the request came in plain HTTP"});
}

}  // namespace multipass
