// The SQLite store: what a token cache miss costs over a bare prepared SELECT. The writes are in
// write_bench.cpp, what the disk and SQLite cost at the least in floor_bench.cpp.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "stage.hpp"

namespace bench {
namespace {

using namespace multipass;

// One database for all reads, made on first use.
stage& reading_stage() {
  static stage made(1);
  return made;
}

void find_by_bare_select(benchmark::State& s) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(reading_stage().database().c_str(), &db,
                  SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3_stmt* select = nullptr;
  sqlite3_prepare_v2(
      db,
      "SELECT c.id, c.tpp, c.scopes, t.expires_at, c.ended_at IS NOT NULL, p.blocked "
      "FROM access_token t JOIN consent c ON c.id = t.consent "
      "JOIN tpp p ON p.id = c.tpp WHERE t.digest = ?",
      -1, &select, nullptr);
  std::size_t n = 0;
  for (auto _ : s) {
    const digest& d = reading_stage().token(n++);
    sqlite3_bind_blob(select, 1, d.bytes.data(), 32, SQLITE_STATIC);
    if (sqlite3_step(select) != SQLITE_ROW) s.SkipWithError("not found");
    for (int i = 0; i < 6; ++i) benchmark::DoNotOptimize(sqlite3_column_int64(select, i));
    sqlite3_reset(select);
  }
  sqlite3_finalize(select);
  sqlite3_close(db);
}
BENCHMARK(find_by_bare_select);

void find_by_session(benchmark::State& s) {
  const auto reader = must(reading_stage().opened().open_reader());
  std::size_t n = 0;
  for (auto _ : s) {
    const auto found = reader->find_token(reading_stage().token(n++));
    if (!found || !*found) s.SkipWithError("not found");
  }
}
BENCHMARK(find_by_session);

// As many coroutines as the argument says, each finding one token after the other through the pool:
// hop, query and hop back. The time is that of 1000.
void find_through_pool(benchmark::State& s) {
  asio::io_context loop(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  std::size_t next = 0;
  std::size_t missing = 0;
  for (auto _ : s) {
    const std::size_t last = next + 1000;
    const auto find = [&]() -> task<> {
      while (next < last) {
        auto job = [d = reading_stage().token(next++)](store_reader& r) { return r.find_token(d); };
        const auto found = co_await reading_stage().pool().read(job);
        missing += found && *found ? 0 : 1;
      }
    };
    for (int i = 0; i < s.range(0); ++i) asio::co_spawn(loop, find, asio::detached);
    loop.run();
    loop.restart();
  }
  if (missing != 0) s.SkipWithError("not found");
  s.SetItemsProcessed(static_cast<std::int64_t>(next));
  s.counters["time_each"] =
      benchmark::Counter(double(next), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(find_through_pool)
    ->ArgName("waiting")
    ->Arg(1)
    ->Arg(64)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bench

BENCHMARK_MAIN();
