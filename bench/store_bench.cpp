// The SQLite store: what a token cache miss costs over a bare prepared SELECT, and what group
// commit gains over one transaction per token. The database lies in the folder of temporary files:
// set TMPDIR to the disk that is meant.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "store/sqlite_store.hpp"
#include "store/store_pool.hpp"

namespace {

using namespace multipass;

constexpr timestamp start{std::chrono::seconds{1'800'000'000}};
constexpr timestamp end = start + std::chrono::hours(24);

template <class T>
T must(result<T> r) {
  if (!r) throw std::runtime_error(r.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*r);
}

digest handle(std::size_t n) {
  return sha256("handle " + std::to_string(n));
}
digest code(std::size_t n) {
  return sha256("code " + std::to_string(n));
}
digest token(std::size_t n) {
  return sha256("token " + std::to_string(n));
}

// A database with one TPP, one PSU and approved authorizations, whose codes wait to be redeemed.
class scene {
 public:
  explicit scene(std::size_t tokens) {
    must(pool_->write_blocking([this](store_writer& w) -> result<void> {
      tpp_.id = must(w.add_tpp(tpp_));
      owner_ = must(w.add_psu({.id = {},
                               .username = "john",
                               .name = "John",
                               .password_hash = "",
                               .totp_secret = "",
                               .totp_step = 0}));
      return {};
    }));
    while (issued_ < tokens) issue_in_one_transaction(1000);
  }
  ~scene() {
    pool_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  store_pool& pool() { return *pool_; }
  store& opened() { return *store_; }
  std::string path() const { return folder_ / "bench.db"; }

  /// The number of the next code to redeem. There must be one: see approve().
  std::size_t next_code() { return issued_++; }

  /// Makes `n` more codes redeemable.
  void approve(std::size_t n) {
    must(pool_->write_blocking([this, n](store_writer& w) -> result<void> {
      for (std::size_t i = 0; i < n; ++i) approve_next(w);
      return {};
    }));
  }

  /// Issues token(n) for code(n).
  auto issue(std::size_t n) const {
    return [r = redemption{.code = code(n),
                           .tpp_username = "bench",
                           .client_number = static_cast<std::int64_t>(n) + 1,
                           .secret = {},
                           .verifier_challenge = {},
                           .token = token(n),
                           .now = start,
                           .token_expires_at = end}](store_writer& w) -> result<void> {
      const auto done = w.redeem(r);
      if (!done) return done.error();
      if (done->what != redeemed::outcome::issued) return fail(errc::conflict, "Not issued");
      return {};
    };
  }

 private:
  void issue_in_one_transaction(std::size_t n) {
    approve(n);
    must(pool_->write_blocking([this, n](store_writer& w) -> result<void> {
      for (std::size_t i = 0; i < n; ++i) must(issue(next_code())(w));
      return {};
    }));
  }

  void approve_next(store_writer& w) {
    authorization a;
    a.handle = handle(approved_);
    a.tpp = tpp_.id;
    a.scopes = scope_set::all();
    a.redirect_uri = "https://bench.example/";
    a.expires_at = end;
    must(w.add_authorization(a));
    must(w.approve({.handle = a.handle,
                    .owner = owner_,
                    .scopes = scope_set::all(),
                    .accounts = {account_id{1}},
                    .code = code(approved_),
                    .now = start,
                    .code_expires_at = end,
                    .consent_expires_at = end}));
    ++approved_;
  }

  static std::filesystem::path fresh_folder() {
    std::string name = std::filesystem::temp_directory_path() / "multipass-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    return name;
  }

  const std::filesystem::path folder_ = fresh_folder();
  std::unique_ptr<sqlite_store> store_ = must(sqlite_store::open(path()));
  change_clock changes_;
  store_metrics metrics_;
  std::unique_ptr<store_pool> pool_ = must(store_pool::open(*store_, {}, changes_, metrics_));
  tpp tpp_{.id = {},
           .username = "bench",
           .name = "Bench",
           .secret = {},
           .redirect_uris = {"https://bench.example/"}};
  psu_id owner_{};
  std::size_t approved_ = 0;
  std::size_t issued_ = 0;
};

constexpr std::size_t stored_tokens = 20'000;  // found in turn; SHA-256 scatters them over the tree

// One database for all that is measured, made on first use.
scene& stage() {
  static scene made(stored_tokens);
  return made;
}

void find_by_bare_select(benchmark::State& s) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(stage().path().c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3_stmt* select = nullptr;
  sqlite3_prepare_v2(db,
                     "SELECT c.id, c.tpp, c.scopes, min(c.expires_at, t.expires_at), "
                     "c.ended_at IS NOT NULL, p.blocked FROM access_token t "
                     "JOIN consent c ON c.id = t.consent JOIN tpp p ON p.id = c.tpp "
                     "WHERE t.digest = ?",
                     -1, &select, nullptr);
  std::size_t n = 0;
  for (auto _ : s) {
    const digest d = token(n++ % stored_tokens);
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
  const auto reader = must(stage().opened().open_reader());
  std::size_t n = 0;
  for (auto _ : s) {
    const auto found = reader->find_token(token(n++ % stored_tokens));
    if (!found || !*found) s.SkipWithError("not found");
  }
}
BENCHMARK(find_by_session);

// As many coroutines as the argument says, each finding one token after the other through the pool:
// hop, query and hop back.
void find_through_pool(benchmark::State& s) {
  asio::io_context loop(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  std::size_t next = 0;
  std::size_t missing = 0;
  for (auto _ : s) {
    const std::size_t last = next + 1000;
    const auto find = [&]() -> task<> {
      while (next < last) {
        auto job = [d = token(next++ % stored_tokens)](store_reader& r) { return r.find_token(d); };
        const auto found = co_await stage().pool().read(job);
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
BENCHMARK(find_through_pool)->ArgName("coroutines")->Arg(1)->Arg(64)->UseRealTime();

// Tokens issued durably, 640 per iteration, by as many coroutines as the argument says. With one,
// each token has a transaction and an fsync of its own: the baseline.
void issue(benchmark::State& s) {
  constexpr std::size_t batch = 640;
  asio::io_context loop(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  std::size_t failed = 0;
  for (auto _ : s) {
    s.PauseTiming();
    stage().approve(batch);
    s.ResumeTiming();
    std::size_t left = batch;
    const auto redeem = [&]() -> task<> {
      while (left > 0) {
        --left;
        auto job = stage().issue(stage().next_code());
        const auto done = co_await stage().pool().write(job);
        failed += done ? 0 : 1;
      }
    };
    for (int i = 0; i < s.range(0); ++i) asio::co_spawn(loop, redeem, asio::detached);
    loop.run();
    loop.restart();
  }
  if (failed != 0) s.SkipWithError("not issued");
  s.SetItemsProcessed(s.iterations() * static_cast<std::int64_t>(batch));
}
BENCHMARK(issue)
    ->ArgName("concurrent")
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
