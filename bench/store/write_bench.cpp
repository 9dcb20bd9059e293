// Durable writes by many callers at once, each writing again as soon as it is answered, and each
// answer behind its fsync. "together": as the gateway does it, all that wait share a transaction.
// "alone": the same pool and statements, with a transaction for each: the baseline.
#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "stage.hpp"

namespace bench {
namespace {

using namespace multipass;

constexpr std::size_t writes = 640;  // per iteration

stage& together() {
  static stage made(store_pool::options{}.batch);
  return made;
}
stage& alone() {
  static stage made(1);
  return made;
}

bool happened(const result<redeemed>& r) {
  return r && r->what == redeemed::outcome::issued;
}
bool happened(const result<flag>& r) {
  return r && *r;
}
bool happened(const result<std::int64_t>& r) {
  return r.has_value();
}

using preparation = void (stage::*)(std::size_t);

template <class Make>
void write_all(benchmark::State& s, stage& at, preparation prepare, Make make) {
  asio::io_context loop(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  std::size_t failed = 0;
  std::uint64_t commits = 0;
  for (auto _ : s) {
    s.PauseTiming();
    if (prepare != nullptr) (at.*prepare)(writes);
    const auto before = at.commits();
    s.ResumeTiming();
    std::size_t left = writes;
    const auto write = [&]() -> task<> {
      while (left > 0) {
        --left;
        auto job = make(at);
        const auto done = co_await at.pool().write(job);
        failed += happened(done) ? 0 : 1;
      }
    };
    for (int i = 0; i < s.range(0); ++i) asio::co_spawn(loop, write, asio::detached);
    loop.run();
    loop.restart();
    commits += at.commits() - before;
  }
  if (failed != 0) s.SkipWithError("a write did not happen");
  const auto all = s.iterations() * static_cast<std::int64_t>(writes);
  s.SetItemsProcessed(all);
  s.counters["jobs_per_commit"] = double(all) / double(commits);
}

void authorize_together(benchmark::State& s) {
  write_all(s, together(), nullptr, [](stage& at) { return at.authorize(); });
}
void authorize_alone(benchmark::State& s) {
  write_all(s, alone(), nullptr, [](stage& at) { return at.authorize(); });
}
void issue_together(benchmark::State& s) {
  write_all(s, together(), &stage::prepare_codes, [](stage& at) { return at.redeem(); });
}
void issue_alone(benchmark::State& s) {
  write_all(s, alone(), &stage::prepare_codes, [](stage& at) { return at.redeem(); });
}
void revoke_together(benchmark::State& s) {
  write_all(s, together(), &stage::prepare_tokens, [](stage& at) { return at.revoke(); });
}
void revoke_alone(benchmark::State& s) {
  write_all(s, alone(), &stage::prepare_tokens, [](stage& at) { return at.revoke(); });
}

void callers(benchmark::internal::Benchmark* b) {
  b->ArgName("callers")->UseRealTime()->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
  for (const int n : {1, 8, 64, 256}) b->Arg(n);
}
BENCHMARK(authorize_together)->Apply(callers);
BENCHMARK(authorize_alone)->Apply(callers);
BENCHMARK(issue_together)->Apply(callers);
BENCHMARK(issue_alone)->Apply(callers);
BENCHMARK(revoke_together)->Apply(callers);
BENCHMARK(revoke_alone)->Apply(callers);

}  // namespace
}  // namespace bench
