#include "webhooks/dispatcher.hpp"

#include <netdb.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <random>
#include <utility>

#include "domain/event_json.hpp"
#include "store/audit_acts.hpp"
#include "webhooks/public_address.hpp"
#include "webhooks/signature.hpp"

namespace multipass {
namespace {

using steady = std::chrono::steady_clock;
using asio::ip::tcp;

constexpr std::size_t most_at_once = 8;  // deliveries under way to one TPP
constexpr std::chrono::seconds store_pause{1};
constexpr std::chrono::seconds shortest_pause{1};  // of a lane whose receiver fails
constexpr std::chrono::seconds longest_pause{60};
constexpr std::chrono::seconds longest_sleep{60};  // wall time may jump
constexpr std::chrono::seconds count_every{5};
constexpr unsigned resolving_threads = 4;
constexpr std::size_t most_resolving = 65'536;

std::uint32_t chance() {
  thread_local std::minstd_rand engine{std::random_device{}()};  // spreads retries, no secret
  return static_cast<std::uint32_t>(engine());
}

std::chrono::seconds pause_behind(unsigned failures) {
  const auto doubled = shortest_pause * (1 << std::min(failures - 1, 6U));
  return std::min(doubled, longest_pause);
}

// Blocks for as long as name servers take.
result<std::vector<tcp::endpoint>> resolve(const std::string& host, std::uint16_t port) {
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
    e.port(port);
    all.push_back(e);
  }
  return all;
}

}  // namespace

webhook_dispatcher::webhook_dispatcher(const config& settings, const clock& wall, const logger& log)
    : settings_(settings),
      wall_(wall),
      log_(log),
      allowed_(*parse_networks(settings.webhook_networks)),
      resolvers_(resolving_threads, most_resolving) {}

webhook_dispatcher::~webhook_dispatcher() {
  stop(steady::now());
}

void webhook_dispatcher::use(webhook_trust trust) {
  const std::lock_guard lock(mutex_);
  trust_ = std::move(trust);
}

void webhook_dispatcher::start(store_pool& pool, const server_key& key) {
  pool_ = &pool;
  key_ = &key;
  open_.emplace(loop_.get_executor());
  asio::co_spawn(loop_, begin(), asio::detached);
  thread_ = std::thread([this] {
    loop_.run();
    ended_.set_value();
  });
}

void webhook_dispatcher::wake(std::span<const tpp_id> tpps) noexcept try {
  auto knock = [this, all = std::vector<tpp_id>(tpps.begin(), tpps.end())] {
    for (const tpp_id tpp : all) open_lane(tpp);
  };
  asio::post(loop_, std::move(knock));
} catch (const std::exception&) {
  // No memory: the TPP's next event, or the next start, finds what is pending.
}

void webhook_dispatcher::stop(steady::time_point until) {
  if (!thread_.joinable()) return;
  asio::post(loop_, [this] {
    stopping_ = true;
    open_.reset();
    for (auto& [tpp, l] : lanes_) l->bell.cancel();
  });
  ended_.get_future().wait_until(until);
  loop_.stop();
  thread_.join();
}

void webhook_dispatcher::open_lane(tpp_id tpp) {
  if (stopping_) return;
  auto& l = lanes_[tpp];
  if (l) {
    l->knocked = true;
    l->bell.cancel();
    return;
  }
  l = std::make_unique<lane>(loop_);
  asio::co_spawn(loop_, serve(tpp), asio::detached);
}

task<> webhook_dispatcher::begin() {
  timer again(loop_.get_executor());
  auto read = [](store_reader& s) { return s.count_pending(); };
  while (!stopping_) {
    const auto counts = co_await pool_->read(read);
    if (counts) {
      for (const auto& c : *counts) open_lane(c.tpp);
      break;
    }
    again.expires_after(store_pause);
    co_await again.async_wait(asio::as_tuple(use_task));
  }
  co_await count_pending();
}

// Whatever happens in a lane, the next event opens it again.
task<> webhook_dispatcher::serve(tpp_id tpp) {
  lane& l = *lanes_.at(tpp);
  try {
    co_await work(l, tpp);
  } catch (const std::exception& e) {
    log_.write_some(log_level::error, "webhook_lane_ended", {{"reason", e.what()}});
  }
  lanes_.erase(tpp);
  if (lanes_.empty()) metrics_.pending.store(0, std::memory_order_relaxed);
}

task<> webhook_dispatcher::work(lane& l, tpp_id tpp) {
  while (!stopping_) {
    l.knocked = false;
    const std::size_t most = l.failures == 0 ? most_at_once : 1;
    auto read = [tpp, most](store_reader& s) { return s.next_deliveries(tpp, most); };
    const auto next = co_await pool_->read(read);
    if (!next) {
      co_await pause(l, store_pause);
      continue;
    }
    if (next->empty()) {
      if (l.knocked) continue;
      co_return;
    }
    const auto now = wall_.now();
    const auto is_later = [now](const event_delivery& d) { return d.what.due_at > now; };
    const auto due =
        static_cast<std::size_t>(std::ranges::find_if(*next, is_later) - next->begin());
    if (due > 0) {
      co_await deliver_batch(l, std::span(*next).first(due));
    } else if (!l.knocked) {
      const auto wait = next->front().what.due_at - now;
      co_await sleep(l, std::min<std::chrono::seconds>(wait, longest_sleep));
    }
  }
}

// Until then, or until somebody rings.
task<> webhook_dispatcher::sleep(lane& l, steady::duration time) {
  if (stopping_) co_return;
  l.bell.expires_after(time);
  co_await l.bell.async_wait(asio::as_tuple(use_task));
}

// Until then, whoever rings; but a stop.
task<> webhook_dispatcher::pause(lane& l, steady::duration time) {
  const auto end = steady::now() + time;
  while (!stopping_ && steady::now() < end) co_await sleep(l, end - steady::now());
}

task<> webhook_dispatcher::deliver_batch(lane& l, std::span<const event_delivery> due) {
  const auto tried = co_await attempt_all(l, due);
  const auto is_delivered = [](const attempt& a) { return a.what == attempt::outcome::delivered; };
  const bool any = std::ranges::any_of(tried, is_delivered);
  l.failures = any ? 0 : l.failures + 1;
  co_await settle(l, due, tried);
  if (l.failures > 0) co_await pause(l, pause_behind(l.failures));
}

task<result<webhook_route>> webhook_dispatcher::find_route(const std::string& url) {
  auto target = parse_webhook_url(url, settings_.sandbox);
  if (!target) co_return target.error();
  webhook_route route{std::move(*target), {}, {}};
  boost::system::error_code is_name;
  const auto address = asio::ip::make_address(route.target.host, is_name);
  if (is_name) {
    auto ask = [&route] { return resolve(route.target.host, route.target.port); };
    auto found = co_await resolvers_.run(ask);
    if (!found) co_return found.error();
    route.addresses = std::move(*found);
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

task<attempt> webhook_dispatcher::attempt_one(const event_delivery& d, const webhook_route& route,
                                              steady::time_point deadline) {
  attempt failed;
  const auto context = webhook_seal_context(d.what.tpp_username);
  const auto secret = key_->open(d.to.secret, context);
  if (!secret) {
    failed.error = "its secret cannot be opened; set the webhook again with a new one";
    co_return failed;
  }
  const auto now = wall_.now();
  std::string former;
  if (!d.to.former_secret.empty() && now < d.to.former_until) {
    former = key_->open(d.to.former_secret, context).value_or("");
  }
  webhook_message m;
  m.id = event_id(d.what);
  m.timestamp = std::to_string(now.time_since_epoch().count());
  m.payload = event_payload(d.what);
  m.signature = webhook_signature(m.id, now, m.payload, *secret, former);
  co_return co_await deliver(route, m, deadline);
}

// All at once; the last to end rings the bell. The name is resolved once for all of them.
task<std::vector<attempt>> webhook_dispatcher::attempt_all(lane& l,
                                                           std::span<const event_delivery> due) {
  std::vector<attempt> tried(due.size());
  const auto deadline = steady::now() + settings_.webhook_timeout;
  const auto route = co_await find_route(due.front().to.url);
  if (!route) {
    for (attempt& a : tried) a.error = route.error().message;
    co_return tried;
  }
  std::size_t under_way = due.size();
  for (std::size_t i = 0; i < due.size(); ++i) {
    auto done = [&, i](std::exception_ptr thrown, attempt a) {
      tried[i] = std::move(a);
      if (thrown) tried[i].error = "unexpected failure";
      if (--under_way == 0) l.bell.cancel();
    };
    asio::co_spawn(loop_, attempt_one(due[i], *route, deadline), std::move(done));
  }
  while (under_way > 0) {
    l.bell.expires_at(steady::time_point::max());
    co_await l.bell.async_wait(asio::as_tuple(use_task));
  }
  co_return tried;
}

task<> webhook_dispatcher::settle(lane& l, std::span<const event_delivery> due,
                                  std::span<const attempt> tried) {
  const auto now = wall_.now();
  std::vector<delivery_outcome> outcomes;
  bool gone = false;
  for (std::size_t i = 0; i < due.size(); ++i) {
    outcomes.push_back(
        settle_attempt(due[i].what, tried[i], now, settings_.webhook_retry_for, chance()));
    gone |= tried[i].what == attempt::outcome::gone;
  }
  const std::string& tpp = due.front().what.tpp_username;
  auto keep = [&](store_writer& s) -> result<void> {
    if (auto kept = s.settle_deliveries(outcomes, now); !kept || !gone) return kept;
    const origin by{std::string(gateway_actor), now};
    auto removed = s.remove_webhook(tpp, event_state::dead, by);
    const bool was_removed = !removed && removed.error().code == errc::not_found;
    return was_removed ? result<void>{} : removed;
  };
  const auto kept = co_await pool_->write(keep);
  if (!kept) {  // they stay pending and are sent again
    co_await pause(l, store_pause);
    co_return;
  }
  for (std::size_t i = 0; i < due.size(); ++i) note(due[i], outcomes[i]);
  if (gone) log_.write(log_level::warning, "webhook_gone", {{"tpp", tpp}});
  if (steady::now() - counted_ >= count_every) co_await count_pending();
}

task<> webhook_dispatcher::count_pending() {
  counted_ = steady::now();
  auto read = [](store_reader& s) { return s.count_pending(); };
  const auto counts = co_await pool_->read(read);
  if (!counts) co_return;
  std::int64_t all = 0;
  for (const auto& c : *counts) all += c.events;
  metrics_.pending.store(all, std::memory_order_relaxed);
}

void webhook_dispatcher::note(const event_delivery& d, const delivery_outcome& o) {
  const auto id = event_id(d.what);
  const auto type = name_of(d.what.type);
  const auto attempts = std::to_string(d.what.attempts + 1);
  if (o.state == event_state::delivered) {
    metrics_.delivered.fetch_add(1, std::memory_order_relaxed);
    log_.write(log_level::debug, "webhook_delivered",
               {{"tpp", d.what.tpp_username}, {"id", id}, {"type", type}, {"attempts", attempts}});
  } else if (o.state == event_state::pending) {
    metrics_.failed.fetch_add(1, std::memory_order_relaxed);
    log_.write_some(log_level::info, "webhook_failed",
                    {{"tpp", d.what.tpp_username},
                     {"id", id},
                     {"type", type},
                     {"attempts", attempts},
                     {"reason", o.error}});
  } else {
    metrics_.dead.fetch_add(1, std::memory_order_relaxed);
    log_.write_some(log_level::warning, "webhook_dead",
                    {{"tpp", d.what.tpp_username},
                     {"id", id},
                     {"type", type},
                     {"attempts", attempts},
                     {"reason", o.error}});
  }
}

}  // namespace multipass
