// A token cache hit against the maps one would reach for first, and against the floor: one
// dependent random cache-line load over as much memory.
//
// Plain, the processor overlaps one lookup with the next; `chained`, each lookup decides which one
// comes next, and the figure is the whole latency of one: compare that with the floor. Digests are
// looked up in the order in which they lie in memory: fetching the question costs the same
// everywhere and next to nothing. The peers neither forget nor check for revocation; token_cache
// does both, in the figure.
#include <benchmark/benchmark.h>
#include <sys/mman.h>
#include <tbb/concurrent_hash_map.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <libcuckoo/cuckoohash_map.hh>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "cache/token_cache.hpp"
#include "multipass/config.hpp"

namespace {

using namespace multipass;

struct digest_hash {
  std::size_t operator()(const digest& d) const noexcept {  // SHA-256 is as well mixed as it gets
    std::size_t h = 0;
    std::memcpy(&h, d.bytes.data(), sizeof h);
    return h;
  }
  // The same, as TBB wants it.
  static std::size_t hash(const digest& d) noexcept { return digest_hash{}(d); }
  static bool equal(const digest& a, const digest& b) noexcept { return a == b; }
};

digest token_digest(std::size_t n) {
  return sha256("token " + std::to_string(n));
}

grant grant_of(std::size_t n) {
  return {consent_id{static_cast<std::int64_t>(n) + 1},
          tpp_id{static_cast<std::int64_t>(n % 100) + 1}, scope_set::all(),
          timestamp{std::chrono::seconds{4'000'000'000}}};
}

// As it is run: the default of config::token_cache_entries, or room for twice the tokens.
std::size_t slots_for(std::size_t tokens) {
  return std::bit_ceil(std::max<std::size_t>(config{}.token_cache_entries, tokens * 2));
}

class our_cache {
 public:
  explicit our_cache(std::size_t tokens) : cache_(slots_for(tokens), changes_) {}
  std::optional<grant> find(const digest& d) const { return cache_.find(d); }
  void assign(const digest& d, const grant& g) { cache_.insert(d, g, changes_.now()); }

 private:
  change_clock changes_;
  token_cache cache_;
};

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

class locked_map {
 public:
  explicit locked_map(std::size_t tokens) { map_.reserve(tokens * 2); }
  std::optional<grant> find(const digest& d) const {
    const std::shared_lock lock(mutex_);
    const auto found = map_.find(d);
    if (found == map_.end()) return std::nullopt;
    return found->second;
  }
  void assign(const digest& d, const grant& g) {
    const std::unique_lock lock(mutex_);
    map_.insert_or_assign(d, g);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<digest, grant, digest_hash> map_;
};

enum popularity { uniform, zipf };

// Which tokens are asked for, in order: every one once, shuffled, or drawn by Zipf's law (0.99).
std::vector<std::size_t> draw(std::size_t tokens, popularity p) {
  std::mt19937_64 random(20240101);
  std::vector<std::size_t> order(tokens);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  if (p == uniform) return order;
  std::vector<double> reach(tokens);
  double sum = 0;
  for (std::size_t i = 0; i < tokens; ++i) reach[i] = sum += std::pow(double(i + 1), -0.99);
  std::uniform_real_distribution<double> dart(0, sum);
  std::vector<std::size_t> drawn(std::max<std::size_t>(tokens, 1 << 20));
  for (auto& d : drawn) {
    const auto rank = std::lower_bound(reach.begin(), reach.end(), dart(random)) - reach.begin();
    d = order[static_cast<std::size_t>(rank)];
  }
  return drawn;
}

template <class Map>
struct scene {
  scene(std::size_t tokens, popularity p) : map(tokens) {
    for (const std::size_t n : draw(tokens, uniform)) map.assign(token_digest(n), grant_of(n));
    for (const std::size_t n : draw(tokens, p)) {
      asked.push_back(token_digest(n));
      grants.push_back(grant_of(n));
    }
  }
  Map map;
  std::vector<digest> asked;  // in the order of asking
  std::vector<grant> grants;  // what each of them is granted, for the writes
};

template <class Map>
std::unique_ptr<scene<Map>> stage;

// Arguments: tokens, popularity, writes per mille, chained.
template <class Map>
void prepare(const benchmark::State& s) {
  stage<Map> = std::make_unique<scene<Map>>(s.range(0), static_cast<popularity>(s.range(1)));
}
template <class Map>
void clear(const benchmark::State&) {
  stage<Map>.reset();
}

template <class Map>
void lookup(benchmark::State& s) {
  Map& map = stage<Map>->map;
  const auto& asked = stage<Map>->asked;
  const std::size_t write_every =
      s.range(2) == 0 ? SIZE_MAX : 1000 / static_cast<std::size_t>(s.range(2));
  std::size_t next = asked.size() / 2 * static_cast<std::size_t>(s.thread_index());
  const bool chained = s.range(3) != 0;
  std::size_t misses = 0;
  std::size_t until_write = write_every;
  for (auto _ : s) {
    if (next >= asked.size()) next = 0;
    if (--until_write == 0) {
      map.assign(asked[next], stage<Map>->grants[next]);
      until_write = write_every;
      ++next;
      continue;
    }
    const auto found = map.find(asked[next++]);
    benchmark::DoNotOptimize(found);
    if (!found) {
      ++misses;
    } else if (chained) {
      next += static_cast<std::size_t>(found->consent) >> 59;  // 0, but who knows before it is read
    }
  }
  s.counters["misses_%"] = benchmark::Counter(100.0 * double(misses) / double(s.iterations()),
                                              benchmark::Counter::kAvgThreads);
}

void arguments(benchmark::internal::Benchmark* b) {
  b->ArgNames({"tokens", "zipf", "writes", "chained"});
  for (const long tokens : {10'000, 1'000'000}) {
    for (const long chained : {0, 1}) b->Args({tokens, uniform, 0, chained});
  }
  for (const long writes : {0, 10}) b->Args({1'000'000, zipf, writes, 0});
  b->ThreadRange(1, 2)->UseRealTime();
}

BENCHMARK_TEMPLATE(lookup, our_cache)
    ->Apply(arguments)
    ->Setup(prepare<our_cache>)
    ->Teardown(clear<our_cache>);
BENCHMARK_TEMPLATE(lookup, tbb_map)
    ->Apply(arguments)
    ->Setup(prepare<tbb_map>)
    ->Teardown(clear<tbb_map>);
BENCHMARK_TEMPLATE(lookup, cuckoo_map)
    ->Apply(arguments)
    ->Setup(prepare<cuckoo_map>)
    ->Teardown(clear<cuckoo_map>);
BENCHMARK_TEMPLATE(lookup, locked_map)
    ->Apply(arguments)
    ->Setup(prepare<locked_map>)
    ->Teardown(clear<locked_map>);

// The floor: a walk in random order over as many cache lines as there are tokens, scattered over as
// much memory as token_cache has for them, on huge pages too.
void dependent_load(benchmark::State& s) {
  struct alignas(64) line {
    std::uint32_t next;
  };
  const auto tokens = static_cast<std::size_t>(s.range(0));
  const std::size_t lines = slots_for(tokens);
  const std::size_t bytes = lines * sizeof(line);
  const std::unique_ptr<line[], decltype(&std::free)> memory(
      static_cast<line*>(std::aligned_alloc(std::size_t{2} << 20, bytes)), &std::free);
  madvise(memory.get(), bytes, MADV_HUGEPAGE);
  std::uninitialized_value_construct_n(memory.get(), lines);
  const auto order = draw(lines, uniform);
  for (std::size_t i = 0; i < tokens; ++i) {
    memory[order[i]].next = static_cast<std::uint32_t>(order[(i + 1) % tokens]);
  }
  std::size_t at = order[0];
  for (auto _ : s) at = memory[at].next;
  benchmark::DoNotOptimize(at);
}
BENCHMARK(dependent_load)->ArgName("tokens")->Arg(10'000)->Arg(1'000'000);

}  // namespace

BENCHMARK_MAIN();
