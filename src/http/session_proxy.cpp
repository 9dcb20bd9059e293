// Who is at the other end, where a balancer stands in between: the PROXY header before the first
// byte of a connection, X-Forwarded-For with each request.
#include <span>
#include <utility>

#include "http/client_address.hpp"
#include "http/proxy_header.hpp"
#include "http/session.hpp"

namespace multipass {

void session::know_peer(const ip_address& a) {
  connected_from_ = peer_.address = a;
  address_key_ = address_key(a);
  peer_.trusted = service_.trusted_proxies.contains(a);
}

void session::take_stated_address() {
  const auto& r = parser_.current();
  const std::span fields(r.forwarded_for.data(), r.forwarded_for_count);
  peer_.address = client_address(connected_from_, fields, service_.trusted_proxies);
  address_key_ = address_key(peer_.address);
}

// False: the connection ends here. Reads not one byte beyond the header, so that whatever comes
// behind it begins with what the socket gives next.
task<bool> session::meet_through_proxy() {
  if (!peer_.trusted) co_return refuse_connection("not from trusted-proxies");
  request_deadline_ = loop_.now() + service_.limits.header_timeout;
  auto header = read_proxy_header({});
  while (header.now == proxy_header::state::more) {
    const auto got = socket_.read(input_.room().first(header.size));
    input_.add(got.bytes);
    if (got.how == socket::status::done) {
      header = read_proxy_header(input_.unread());
      continue;
    }
    if (got.how != socket::status::not_now) co_return false;  // balancers look whether we live
    if (nothing_more_wanted()) co_return false;
    waiting_ = input_.empty() ? wait::idle : wait::header;
    timed_out_ = false;
    deadline = request_deadline_;
    const bool ready = co_await socket_.readable();
    deadline = time_point::max();
    waiting_ = wait::none;
    if (!ready) co_return timed_out_&& refuse_connection("no PROXY header came in time");
  }
  if (header.now == proxy_header::state::bad) co_return refuse_connection("no good PROXY header");
  input_.take(header.size);
  begin_request();
  if (header.source) {
    know_peer(*header.source);
  } else {
    peer_.trusted = false;  // a client that the balancer cannot name, or its own look at us
  }
  auto place = service_.admit(peer_.address);
  if (!place) {
    service_.metrics.refused_per_address.fetch_add(1, std::memory_order_relaxed);
    if (loop_.may_log_refusal()) {
      service_.log_refused_connection(peer_.address, "its address has as many as it may");
    }
    co_return false;
  }
  connection_.take(std::move(*place));
  co_return true;
}

bool session::refuse_connection(std::string_view reason) {
  service_.metrics.refused_proxy_header.fetch_add(1, std::memory_order_relaxed);
  if (loop_.may_log_refusal()) service_.log_refused_connection(peer_.address, reason);
  return false;
}

}  // namespace multipass
