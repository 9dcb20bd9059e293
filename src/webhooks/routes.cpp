#include "webhooks/routes.hpp"

#include <netdb.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "webhooks/public_address.hpp"

namespace multipass {
namespace {

using asio::ip::tcp;

constexpr unsigned resolving_threads = 8;
constexpr std::size_t most_resolving = 65'536;
constexpr std::chrono::seconds name_holds{60};
constexpr std::size_t most_known = 1024;  // names

// Blocks for as long as name servers take.
result<std::vector<tcp::endpoint>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failed != 0) return fail(errc::upstream, std::string("name: ") + gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, &freeaddrinfo);
  std::vector<tcp::endpoint> all;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    tcp::endpoint e;
    if (a->ai_addrlen > e.capacity()) continue;
    e.resize(a->ai_addrlen);
    std::copy_n(reinterpret_cast<const char*>(a->ai_addr), a->ai_addrlen,
                reinterpret_cast<char*>(e.data()));
    all.push_back(e);
  }
  return all;
}

}  // namespace

webhook_routes::webhook_routes(const config& settings)
    : settings_(settings),
      allowed_(*parse_networks(settings.webhook_networks)),
      resolvers_(resolving_threads, most_resolving) {}

void webhook_routes::use(webhook_trust trust) {
  const std::lock_guard lock(mutex_);
  trust_ = std::move(trust);
}

result<webhook_routes::endpoints> webhook_routes::look_up(const webhook_target& target,
                                                          steady::time_point asked) const {
  if (ends_) return fail(errc::unavailable, "The server is stopping");
  if (steady::now() - asked > settings_.webhook_timeout) {
    return fail(errc::overloaded, "Name servers are slow");
  }
  return resolve(target.host);
}

std::optional<webhook_routes::endpoints> webhook_routes::known(const std::string& host) const {
  const auto found = known_.find(host);
  if (found == known_.end() || found->second.until <= steady::now()) return std::nullopt;
  return found->second.addresses;
}

void webhook_routes::keep(const std::string& host, endpoints addresses) {
  const auto now = steady::now();
  std::erase_if(known_, [now](const auto& entry) { return entry.second.until <= now; });
  if (known_.size() >= most_known) return;
  known_[host] = {std::move(addresses), now + name_holds};
}

task<result<webhook_route>> webhook_routes::find(std::string url) {
  auto target = parse_webhook_url(url, settings_.sandbox);
  if (!target) co_return target.error();
  webhook_route route{std::move(*target), {}, {}};
  boost::system::error_code is_name;
  const auto address = asio::ip::make_address(route.target.host, is_name);
  if (is_name) {
    auto found = known(route.target.host);
    if (!found) {
      auto ask = [this, &route, asked = steady::now()] { return look_up(route.target, asked); };
      auto answered = co_await resolvers_.run(ask);
      if (!answered) co_return answered.error();
      keep(route.target.host, *answered);
      found = std::move(*answered);
    }
    route.addresses = std::move(*found);
    for (auto& to : route.addresses) to.port(route.target.port);
  } else {
    route.addresses.emplace_back(address, route.target.port);
  }
  for (const auto& to : route.addresses) {
    const bool own = settings_.sandbox && without_mapping(to.address()).is_loopback();
    if (own || may_receive(to.address(), allowed_)) continue;
    co_return fail(errc::forbidden, to.address().to_string() +
                                        " is no public address; webhook-networks may allow it");
  }
  const std::lock_guard lock(mutex_);
  route.trust = trust_;
  co_return route;
}

}  // namespace multipass
