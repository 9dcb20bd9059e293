// What counting a request against its rates costs: one take() for the address and one for the TPP
// make up the whole of it. With two threads the buckets are one client's, whose requests come in on
// both event loops, or each thread's own.
//
// `clock_read` is what any limiter pays that does not get the time from its caller; `shared_add`,
// the least that threads can do to one shared number, is the floor.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>

#include "base/rate_limiter.hpp"

namespace {

using multipass::rate_limiter;

constexpr rate_limiter::time_point begin{std::chrono::hours{1}};

rate_limiter& limiter() {
  static rate_limiter all(1'000'000, 1'000'000, 65'536);
  return all;
}

void take_one_key(benchmark::State& s) {
  auto now = begin;
  for (auto _ : s) {
    benchmark::DoNotOptimize(limiter().take(1, now));
    now += std::chrono::microseconds{5};  // a request's time
  }
}
BENCHMARK(take_one_key)->ThreadRange(1, 2)->UseRealTime();

void take_own_key(benchmark::State& s) {
  const auto key = static_cast<std::uint64_t>(100 + s.thread_index());
  auto now = begin;
  for (auto _ : s) {
    benchmark::DoNotOptimize(limiter().take(key, now));
    now += std::chrono::microseconds{5};
  }
}
BENCHMARK(take_own_key)->ThreadRange(1, 2)->UseRealTime();

// Ever new addresses, as in a flood: each displaces another.
void take_new_keys(benchmark::State& s) {
  auto key = static_cast<std::uint64_t>(s.thread_index()) << 40U;
  for (auto _ : s) benchmark::DoNotOptimize(limiter().take(++key, begin));
}
BENCHMARK(take_new_keys)->ThreadRange(1, 2)->UseRealTime();

void clock_read(benchmark::State& s) {
  for (auto _ : s) benchmark::DoNotOptimize(std::chrono::steady_clock::now());
}
BENCHMARK(clock_read);

void shared_add(benchmark::State& s) {
  alignas(64) static std::atomic<long> number{0};
  for (auto _ : s) number.fetch_add(1, std::memory_order_relaxed);
}
BENCHMARK(shared_add)->ThreadRange(1, 2)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
