// The token cache beside other concurrent maps, and beside the floor.
//
//   lookup          one after the other; the processor overlaps each with the next. Of a thousand
//                   operations, `writes` assign to a token that is there.
//   lookup_chained  each outcome decides which lookup comes next: the whole latency of one
//   lookup_stranger of tokens that are not there
//   memory          what the map of a million tokens takes
//   dependent_load  the floor: a walk in random order over as many cache lines as there are tokens,
//                   scattered over as much memory as the cache has, on huge pages as its are
//
// Digests are looked up in the order in which they lie in memory: fetching the question costs the
// same everywhere and next to nothing.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "micro/huge_pages.hpp"
#include "micro/pin_thread.hpp"
#include "micro/token_maps.hpp"
#include "micro/token_stage.hpp"

namespace {

using namespace multipass;

// Set before the threads of a benchmark start.
template <class Map>
Map* map_on_stage = nullptr;
const questions* asked_on_stage = nullptr;

std::size_t tokens_of(const benchmark::State& s) {
  return static_cast<std::size_t>(s.range(0));
}

// Where a thread begins: two threads ask for different tokens.
std::size_t first_question(const benchmark::State& s) {
  return asked_on_stage->digests.size() / 2 * static_cast<std::size_t>(s.thread_index());
}

void report_misses(benchmark::State& s, std::size_t misses) {
  s.counters["misses_%"] = benchmark::Counter(100.0 * double(misses) / double(s.iterations()),
                                              benchmark::Counter::kAvgThreads);
}

// Arguments: tokens, popularity, writes of a thousand.
template <class Map>
void prepare_lookup(const benchmark::State& s) {
  map_on_stage<Map> = &filled<Map>(tokens_of(s));
  asked_on_stage = &asked("token", tokens_of(s), static_cast<popularity>(s.range(1)));
}

template <class Map>
void lookup(benchmark::State& s) {
  pin_thread(s.thread_index());
  Map& map = *map_on_stage<Map>;
  const auto& digests = asked_on_stage->digests;
  const auto write_every = s.range(2) == 0 ? INT64_MAX : 1000 / s.range(2);
  auto until_write = write_every;
  std::size_t next = first_question(s), misses = 0;
  for (auto _ : s) {
    if (next >= digests.size()) next = 0;
    if (--until_write == 0) {
      map.assign(digests[next], grant_of(asked_on_stage->numbers[next]));
      until_write = write_every;
    } else {
      const auto found = map.find(digests[next]);
      misses += found ? 0 : 1;
      benchmark::DoNotOptimize(found);
    }
    ++next;
  }
  report_misses(s, misses);
}

// Arguments: tokens, popularity.
template <class Map>
void lookup_chained(benchmark::State& s) {
  pin_thread(s.thread_index());
  const Map& map = *map_on_stage<Map>;
  const auto& digests = asked_on_stage->digests;
  std::size_t next = first_question(s), misses = 0;
  for (auto _ : s) {
    if (next >= digests.size()) next = 0;
    const auto found = map.find(digests[next++]);
    if (found) {
      next += static_cast<std::size_t>(found->consent) >> 59;  // 0, but who knows before it is read
    } else {
      ++misses;
    }
  }
  report_misses(s, misses);
}

// Argument: tokens.
template <class Map>
void prepare_strangers(const benchmark::State& s) {
  map_on_stage<Map> = &filled<Map>(tokens_of(s));
  asked_on_stage =
      &asked("stranger", std::min(tokens_of(s), std::size_t{1} << 20), popularity::uniform);
}

template <class Map>
void lookup_stranger(benchmark::State& s) {
  pin_thread(s.thread_index());
  const Map& map = *map_on_stage<Map>;
  const auto& digests = asked_on_stage->digests;
  std::size_t next = first_question(s), misses = 0;
  for (auto _ : s) {
    if (next >= digests.size()) next = 0;
    const auto found = map.find(digests[next++]);
    misses += found ? 0 : 1;
    benchmark::DoNotOptimize(found);
  }
  report_misses(s, misses);
}

// Arguments: tokens, cache lines to scatter them over.
void dependent_load(benchmark::State& s) {
  pin_thread(0);
  struct alignas(64) line {
    std::uint32_t next;
  };
  const auto lines = static_cast<std::size_t>(s.range(1));
  const auto memory = make_huge_array<line>(lines);
  const auto order = shuffled(lines);
  for (std::size_t i = 0; i < tokens_of(s); ++i) {
    memory[order[i]].next = order[(i + 1) % tokens_of(s)];
  }
  std::uint32_t at = order[0];
  for (auto _ : s) at = memory[at].next;
  benchmark::DoNotOptimize(at);
}

std::size_t resident_bytes() {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Argument: tokens.
template <class Map>
void memory(benchmark::State& s) {
  malloc_trim(0);  // what was freed before does not hide what is taken now
  const std::size_t before = resident_bytes();
  for (auto _ : s) {
    Map map(tokens_of(s));
    fill(map, tokens_of(s));
    const double taken = double(resident_bytes()) - double(before);
    s.counters["bytes_per_token"] = taken / double(tokens_of(s));
    if constexpr (requires { map.capacity(); }) {
      s.counters["bytes_per_slot"] = taken / double(map.capacity());
    }
  }
}

template <class Map>
void add_memory(const std::string& name) {
  benchmark::RegisterBenchmark(("memory/" + name).c_str(), memory<Map>)
      ->ArgName("tokens")
      ->Arg(1'000'000)
      ->Iterations(1)
      ->Unit(benchmark::kMillisecond);
}

template <class Map>
void add_lookups(const std::string& name, std::initializer_list<std::int64_t> token_counts) {
  const auto add = [&name](const char* what, void function(benchmark::State&)) {
    return benchmark::RegisterBenchmark((what + name).c_str(), function);
  };
  auto* const alone = add("lookup/", lookup<Map>);
  auto* const in_two_threads = add("lookup/", lookup<Map>);
  auto* const chained = add("lookup_chained/", lookup_chained<Map>);
  auto* const stranger = add("lookup_stranger/", lookup_stranger<Map>);
  const std::int64_t uniform = 0, zipf = 1;
  for (const auto tokens : token_counts) {
    for (const auto p : {uniform, zipf}) {
      for (const std::int64_t writes : {0, 10, 100}) {
        alone->Args({tokens, p, writes});
        in_two_threads->Args({tokens, p, writes});
      }
    }
    chained->Args({tokens, uniform});
    stranger->Arg(tokens);
  }
  alone->ArgNames({"tokens", "zipf", "writes"})->Setup(prepare_lookup<Map>);
  in_two_threads->ArgNames({"tokens", "zipf", "writes"})->Setup(prepare_lookup<Map>);
  in_two_threads->Threads(2)->UseRealTime();
  chained->ArgNames({"tokens", "zipf"})->Setup(prepare_lookup<Map>);
  stranger->ArgName("tokens")->Setup(prepare_strangers<Map>);
}

void add_floor(std::size_t tokens, std::size_t lines) {
  benchmark::RegisterBenchmark("dependent_load", dependent_load)
      ->ArgNames({"tokens", "lines"})
      ->Args({static_cast<std::int64_t>(tokens), static_cast<std::int64_t>(lines)});
}

}  // namespace

int main(int argc, char** argv) {
  add_floor(10'000, slots_made_for(10'000));
  for (const std::size_t tokens : {10'000, 1'000'000, 10'000'000}) {
    add_floor(tokens, slots_as_shipped(tokens));
  }
  add_lookups<fitted_cache>("multipass_fitted", {10'000});
  add_lookups<shipped_cache>("multipass", {10'000, 1'000'000, 10'000'000});
  add_lookups<tbb_map>("tbb", {10'000, 1'000'000, 10'000'000});
  add_lookups<cuckoo_map>("libcuckoo", {10'000, 1'000'000, 10'000'000});
  add_lookups<shared_mutex_map>("shared_mutex", {10'000, 1'000'000, 10'000'000});
  add_lookups<mutex_map>("mutex", {10'000, 1'000'000, 10'000'000});

  add_memory<shipped_cache>("multipass");
  add_memory<tbb_map>("tbb");
  add_memory<cuckoo_map>("libcuckoo");
  add_memory<mutex_map>("mutex");

  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
