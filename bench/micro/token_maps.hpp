// The token cache and the maps one would reach for first, behind one interface: find() copies a
// grant out, assign() puts one in. All are made with room for twice the tokens, and all hash by the
// digest's first eight bytes: SHA-256 is as well mixed as it gets.
//
// The peers neither forget nor check for revocation; token_cache does both.
#pragma once

#include <tbb/concurrent_hash_map.h>

#include <cstring>
#include <libcuckoo/cuckoohash_map.hh>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

#include "cache/token_cache.hpp"
#include "micro/token_stage.hpp"

namespace multipass {

struct digest_hash {
  std::size_t operator()(const digest& d) const noexcept {
    std::size_t h = 0;
    std::memcpy(&h, d.bytes.data(), sizeof h);
    return h;
  }
  // The same, as TBB wants it.
  static std::size_t hash(const digest& d) noexcept { return digest_hash{}(d); }
  static bool equal(const digest& a, const digest& b) noexcept { return a == b; }
};

template <std::size_t slots(std::size_t tokens)>
class cache_with {
 public:
  explicit cache_with(std::size_t tokens) : cache_(slots(tokens), changes_) {}
  std::optional<grant> find(const digest& d) const { return cache_.find(d); }
  void assign(const digest& d, const grant& g) { cache_.insert(d, g, changes_.now()); }
  std::size_t capacity() const { return cache_.capacity(); }

 private:
  change_clock changes_;
  token_cache cache_;
};
using shipped_cache = cache_with<slots_as_shipped>;
using fitted_cache = cache_with<slots_made_for>;

class tbb_map {
 public:
  explicit tbb_map(std::size_t tokens) : map_(tokens * 2) {}
  std::optional<grant> find(const digest& d) const {
    map::const_accessor found;
    if (!map_.find(found, d)) return std::nullopt;
    return found->second;
  }
  void assign(const digest& d, const grant& g) {
    map::accessor place;
    map_.insert(place, d);
    place->second = g;
  }

 private:
  using map = tbb::concurrent_hash_map<digest, grant, digest_hash>;
  map map_;
};

class cuckoo_map {
 public:
  explicit cuckoo_map(std::size_t tokens) : map_(tokens * 2) {}
  std::optional<grant> find(const digest& d) const {
    grant g;
    if (!map_.find(d, g)) return std::nullopt;
    return g;
  }
  void assign(const digest& d, const grant& g) { map_.insert_or_assign(d, g); }

 private:
  libcuckoo::cuckoohash_map<digest, grant, digest_hash> map_;
};

/// std::unordered_map behind one lock; readers take it as ReadLock does.
template <class Mutex, template <class> class ReadLock>
class locked_map {
 public:
  explicit locked_map(std::size_t tokens) { map_.reserve(tokens * 2); }
  std::optional<grant> find(const digest& d) const {
    const ReadLock<Mutex> lock(mutex_);
    const auto found = map_.find(d);
    if (found == map_.end()) return std::nullopt;
    return found->second;
  }
  void assign(const digest& d, const grant& g) {
    const std::unique_lock lock(mutex_);
    map_.insert_or_assign(d, g);
  }

 private:
  mutable Mutex mutex_;
  std::unordered_map<digest, grant, digest_hash> map_;
};
using shared_mutex_map = locked_map<std::shared_mutex, std::shared_lock>;
using mutex_map = locked_map<std::mutex, std::unique_lock>;

}  // namespace multipass
