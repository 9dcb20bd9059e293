// authorizer::decide_from_cache(), in process: from the value of the Authorization header to the
// decision, hashing included. Many distinct tokens, asked for in the order in which their texts lie
// in memory. `hash_and_load` is the floor: the hash, and one cache line of memory picked by it.
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "auth/token_authorizer.hpp"
#include "multipass/config.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace multipass;

constexpr timestamp present{std::chrono::seconds{1'800'000'000}};

struct standing_clock final : clock {
  timestamp now() const noexcept override { return present; }
};

// An authorizer as the gateway has it. The store behind it is empty and never asked.
class scene {
 public:
  explicit scene(std::size_t tokens, bool mixed)
      : cache_(std::bit_ceil(std::max(config{}.token_cache_entries, tokens * 2)), changes_) {
    std::mt19937_64 dice(20240101);
    for (std::size_t n = 0; n < tokens; ++n) {
      const auto roll = mixed ? dice() % 100 : 0;
      const bool unknown = roll >= 95;
      const bool expired = roll >= 90 && !unknown;
      const std::string token =
          unknown ? std::string(25, 'x').replace(0, 8, std::to_string(10'000'000 + n))
                  : key_.make_token();
      headers_.push_back("Bearer " + token);
      if (!unknown) remember(token, n, expired);
    }
  }

  ~scene() {
    pool_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  const authorizer& subject() const { return subject_; }
  const std::vector<std::string>& headers() const { return headers_; }

 private:
  void remember(const std::string& token, std::size_t n, bool expired) {
    const auto number = static_cast<std::int64_t>(n);
    subject_.remember(sha256(token),
                      {consent_id{number + 1}, tpp_id{number % 100 + 1}, scope_set::all(),
                       present + std::chrono::hours(expired ? -1 : 1)},
                      changes_.now());
  }

  static std::filesystem::path fresh_folder() {
    std::string name = std::filesystem::temp_directory_path() / "multipass-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    return name;
  }
  std::unique_ptr<sqlite_store> open_store() const {
    auto opened = sqlite_store::open(folder_ / "bench.db");
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }
  std::unique_ptr<store_pool> open_pool() {
    auto opened = store_pool::open(*store_, {.readers = 1}, changes_, metrics_);
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  const std::filesystem::path folder_ = fresh_folder();
  standing_clock clock_;
  change_clock changes_;
  store_metrics metrics_;
  server_key key_{std::string(32, 'k')};
  std::unique_ptr<sqlite_store> store_ = open_store();
  std::unique_ptr<store_pool> pool_ = open_pool();
  token_cache cache_;
  token_authorizer subject_{cache_, changes_, *pool_, key_, clock_};
  std::vector<std::string> headers_;
};

std::unique_ptr<scene> stage;

// Arguments: tokens, mixed (90 % valid, 5 % expired, 5 % guessed; else all valid).
void prepare(const benchmark::State& s) {
  stage = std::make_unique<scene>(static_cast<std::size_t>(s.range(0)), s.range(1) != 0);
}
void clear(const benchmark::State&) {
  stage.reset();
}

void authorize(benchmark::State& s) {
  const authorizer& subject = stage->subject();
  const auto& headers = stage->headers();
  std::size_t next = headers.size() / 2 * static_cast<std::size_t>(s.thread_index());
  std::size_t granted = 0;
  for (auto _ : s) {
    if (next >= headers.size()) next = 0;
    const auto d = subject.decide_from_cache(headers[next++], scope::account_list);
    granted += d && d->outcome == verdict::granted ? 1 : 0;
  }
  s.counters["granted_%"] = benchmark::Counter(100.0 * double(granted) / double(s.iterations()),
                                               benchmark::Counter::kAvgThreads);
}
BENCHMARK(authorize)
    ->ArgNames({"tokens", "mixed"})
    ->ArgsProduct({{10'000, 1'000'000}, {0, 1}})
    ->ThreadRange(1, 2)
    ->UseRealTime()
    ->Setup(prepare)
    ->Teardown(clear);

void hash_and_load(benchmark::State& s) {
  const auto& headers = stage->headers();
  // As much memory as the cache has, on huge pages too.
  const std::size_t bytes =
      64 * std::bit_ceil(std::max(config{}.token_cache_entries, headers.size() * 2));
  const std::unique_ptr<std::uint64_t[], decltype(&std::free)> memory(
      static_cast<std::uint64_t*>(std::aligned_alloc(std::size_t{2} << 20, bytes)), &std::free);
  madvise(memory.get(), bytes, MADV_HUGEPAGE);
  std::memset(memory.get(), 1, bytes);
  std::size_t next = 0;
  std::uint64_t sum = 0;
  for (auto _ : s) {
    if (next >= headers.size()) next = 0;
    const digest d = sha256(std::string_view(headers[next++]).substr(7));
    std::uint64_t where = 0;
    std::memcpy(&where, d.bytes.data(), sizeof where);
    sum += memory[(where * 8) & (bytes / 8 - 1)];
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(hash_and_load)
    ->ArgNames({"tokens", "mixed"})
    ->ArgsProduct({{10'000, 1'000'000}, {0}})
    ->Setup(prepare)
    ->Teardown(clear);

}  // namespace

BENCHMARK_MAIN();
