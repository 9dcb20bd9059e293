// What a durable write costs at the least: the disk alone, and SQLite with one row in a table of
// its own.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "stage.hpp"

namespace bench {
namespace {

using namespace multipass;

constexpr std::size_t frame = 4096 + 24;  // a page in the WAL
constexpr std::size_t wal_frames = 1000;

// Written and synced one after the other in a file that has its length already, as a WAL has that
// was used before. The argument is how many frames a sync covers.
void write_and_sync(benchmark::State& s) {
  const scratch_folder folder;
  const std::string path = folder.path() / "wal";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const auto frames = static_cast<std::size_t>(s.range(0));
  const std::vector<char> bytes(frame * frames, 'x');
  const std::size_t places = wal_frames / frames;
  const auto write = [&](std::size_t place) {
    const auto at = static_cast<off_t>(place * bytes.size());
    return ::pwrite(file, bytes.data(), bytes.size(), at) == static_cast<ssize_t>(bytes.size());
  };
  bool good = file >= 0;
  for (std::size_t i = 0; i < places; ++i) good = good && write(i);
  good = good && ::fsync(file) == 0;
  std::size_t n = 0;
  for (auto _ : s) good = good && write(n++ % places) && ::fdatasync(file) == 0;
  ::close(file);
  if (!good) s.SkipWithError("cannot write");
}
BENCHMARK(write_and_sync)
    ->ArgName("frames")
    ->Arg(1)
    ->Arg(4)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// A transaction with one INSERT, as durable as ours.
void bare_insert(benchmark::State& s) {
  const scratch_folder folder;
  sqlite3* db = nullptr;
  sqlite3_open((folder.path() / "bare.db").c_str(), &db);
  sqlite3_exec(db,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
               "CREATE TABLE t (digest BLOB NOT NULL PRIMARY KEY, consent INTEGER NOT NULL)"
               "STRICT, WITHOUT ROWID",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?, ?)", -1, &insert, nullptr);
  std::int64_t n = 0;
  for (auto _ : s) {
    const digest d = sha256(std::to_string(++n));
    sqlite3_bind_blob(insert, 1, d.bytes.data(), 32, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, n);
    if (sqlite3_step(insert) != SQLITE_DONE) s.SkipWithError("not inserted");
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  sqlite3_close(db);
}
BENCHMARK(bare_insert)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace bench
