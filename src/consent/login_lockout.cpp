#include "consent/login_lockout.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace multipass {
namespace {

constexpr std::size_t people_at_an_address = 4;
constexpr unsigned most_steps = 17;  // 1 s doubled so often is more than a day

// Too many only because others are being checked at the moment.
constexpr std::chrono::seconds short_wait{1};

ip_address network_of(const ip_address& a) {
  if (a.is_v4()) return a;
  auto bytes = a.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes);
}

// In the order of `subject`. No address holds a '/', so no two subjects share a text.
std::array<digest, login_lockout::subjects> keys_of(std::string_view username,
                                                    const ip_address& from) {
  const auto network = network_of(from).to_string();
  const std::string name(username);
  return {sha256("/name " + name), sha256(network + "/name " + name), sha256(network + "/")};
}

}  // namespace

login_lockout::attempt::attempt(login_lockout& owner, std::string_view username,
                                const ip_address& from, time_point now)
    : owner_(owner), keys_(keys_of(username, from)), now_(now) {
  wait_ = owner_.enter(keys_, now_);
  open_ = wait_ == std::chrono::seconds{0};
}

login_lockout::attempt::~attempt() {
  if (open_) owner_.leave(keys_);
}

void login_lockout::attempt::passed() {
  if (std::exchange(open_, false)) owner_.clear(keys_);
}

std::vector<login_lockout::lock> login_lockout::attempt::failed() {
  if (!std::exchange(open_, false)) return {};
  return owner_.count_failure(keys_, now_);
}

std::size_t login_lockout::key_hash::operator()(const digest& d) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, d.bytes.data(), sizeof hash);
  return hash;
}

std::size_t login_lockout::most_failures(subject of) const {
  return settings_.login_attempts * (of == subject::address ? people_at_an_address : 1);
}

std::chrono::seconds login_lockout::wait(const count& c, subject of, time_point now) const {
  if (now < c.locked_until) return std::chrono::ceil<std::chrono::seconds>(c.locked_until - now);
  const bool full = c.failures + c.under_way >= most_failures(of);
  return full ? short_wait : std::chrono::seconds{0};
}

void login_lockout::forget_old(count& c, time_point now) const {
  if (now - c.since < settings_.login_lockout_most) return;
  const auto spans = (now - c.since) / settings_.login_lockout_most;
  c.failures = 0;
  c.lockouts -= static_cast<unsigned>(std::min<std::int64_t>(spans, c.lockouts));
  c.since = now;
}

std::chrono::seconds login_lockout::lock_out(count& c, subject of, time_point now) const {
  const unsigned doublings = c.lockouts * (of == subject::name_at_address ? 2 : 1);
  const auto length = std::min(settings_.login_lockout * (std::int64_t{1} << doublings),
                               settings_.login_lockout_most);
  c.lockouts = std::min(c.lockouts + 1, most_steps);
  c.failures = 0;
  c.since = now;
  c.locked_until = now + length;
  return length;
}

login_lockout::count* login_lockout::find(const digest& key) {
  const auto at = index_.find(key);
  return at == index_.end() ? nullptr : &*at->second;
}

login_lockout::count& login_lockout::find_or_add(const digest& key, time_point now) {
  if (const auto at = index_.find(key); at != index_.end()) {
    counts_.splice(counts_.begin(), counts_, at->second);
    return counts_.front();
  }
  if (counts_.size() >= most_entries_) {
    index_.erase(counts_.back().key);
    counts_.pop_back();
  }
  counts_.push_front({.key = key, .since = now, .locked_until = now});
  index_.emplace(key, counts_.begin());
  return counts_.front();
}

void login_lockout::erase_if_empty(const digest& key) {
  const auto at = index_.find(key);
  if (at == index_.end()) return;
  const count& c = *at->second;
  if (c.failures > 0 || c.under_way > 0 || c.lockouts > 0) return;
  counts_.erase(at->second);
  index_.erase(at);
}

std::chrono::seconds login_lockout::enter(const std::array<digest, subjects>& keys,
                                          time_point now) {
  const std::lock_guard guard(mutex_);
  std::chrono::seconds longest{0};
  for (std::size_t i = 0; i < subjects; ++i) {
    count* const c = find(keys[i]);
    if (c == nullptr) continue;
    forget_old(*c, now);
    longest = std::max(longest, wait(*c, static_cast<subject>(i), now));
  }
  if (longest > std::chrono::seconds{0}) return longest;
  for (const digest& key : keys) ++find_or_add(key, now).under_way;
  return longest;
}

// A count may have been pushed out of the table meanwhile, and another begun in its place.
void login_lockout::end_one(const digest& key) {
  count* const c = find(key);
  if (c != nullptr && c->under_way > 0) --c->under_way;
}

void login_lockout::leave(const std::array<digest, subjects>& keys) {
  const std::lock_guard guard(mutex_);
  for (const digest& key : keys) {
    end_one(key);
    erase_if_empty(key);
  }
}

void login_lockout::clear(const std::array<digest, subjects>& keys) {
  const std::lock_guard guard(mutex_);
  for (const digest& key : keys) end_one(key);
  const auto& [name, both, address] = keys;
  count* const here = find(both);
  count* const of_address = find(address);
  if (here != nullptr && of_address != nullptr) {
    of_address->failures -= std::min(of_address->failures, here->failures);
  }
  for (const digest& key : {name, both}) {
    if (count* const c = find(key)) c->failures = c->lockouts = 0;
  }
  for (const digest& key : keys) erase_if_empty(key);
}

std::vector<login_lockout::lock> login_lockout::count_failure(
    const std::array<digest, subjects>& keys, time_point now) {
  const std::lock_guard guard(mutex_);
  std::vector<lock> locks;
  for (std::size_t i = 0; i < subjects; ++i) {
    count& c = find_or_add(keys[i], now);
    end_one(c.key);
    const auto of = static_cast<subject>(i);
    if (++c.failures >= most_failures(of)) locks.push_back({of, lock_out(c, of, now)});
  }
  return locks;
}

}  // namespace multipass
