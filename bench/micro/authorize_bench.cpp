// authorizer::decide_from_cache(), in process: from the value of the Authorization header to the
// decision, hashing included. Many distinct tokens, asked for in the order in which their texts lie
// in memory.
//
// `hash_and_load` is the floor: the hash, and one cache line of memory picked by it.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "auth/token_authorizer.hpp"
#include "micro/huge_pages.hpp"
#include "micro/pin_thread.hpp"
#include "micro/token_stage.hpp"
#include "store/sqlite_store.hpp"

namespace {

using namespace multipass;

constexpr timestamp present{std::chrono::seconds{1'800'000'000}};
constexpr std::size_t header_size = 32;  // "Bearer " and 25 characters

struct standing_clock final : clock {
  timestamp now() const noexcept override { return present; }
};

// Header values one behind the other, as a connection's buffer holds the one that just came in.
class header_row {
 public:
  void add(const std::string& token) { text_ += "Bearer " + token; }
  std::size_t size() const { return text_.size() / header_size; }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(text_).substr(i * header_size, header_size);
  }

 private:
  std::string text_;
};

enum traffic { all_valid, mixed };  // mixed: 90 % valid, 5 % expired, 5 % guessed

// An authorizer as the gateway has it. The store behind it is empty and never asked.
class scene {
 public:
  scene(std::size_t tokens, traffic t) : cache_(slots_as_shipped(tokens), changes_) {
    std::mt19937_64 dice(draw_seed);
    for (std::size_t n = 0; n < tokens; ++n) {
      const auto roll = t == mixed ? dice() % 100 : 0;
      const bool guessed = roll >= 95;
      const std::string token = guessed ? random_guess(dice()) : key_.make_token();
      headers_.add(token);
      if (!guessed) remember(token, n, roll >= 90);
    }
  }

  ~scene() {
    pool_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  const authorizer& subject() const { return subject_; }
  const header_row& headers() const { return headers_; }

 private:
  static std::string random_guess(std::uint64_t n) {
    std::string guess = std::to_string(n);
    return guess.append(25 - guess.size(), 'x');
  }

  void remember(const std::string& token, std::size_t n, bool expired) {
    grant g = grant_of(n);
    g.expires_at = present + std::chrono::hours(expired ? -1 : 1);
    subject_.remember(sha256(token), g, changes_.now());
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
  header_row headers_;
};

// Set before the threads of a benchmark start; scenes are kept, as benchmarks come in any order.
const scene* on_stage = nullptr;

// Arguments: tokens, traffic.
void prepare(const benchmark::State& s) {
  static std::map<std::pair<std::int64_t, std::int64_t>, std::unique_ptr<scene>> kept;
  auto& one = kept[{s.range(0), s.range(1)}];
  if (!one) {
    one = std::make_unique<scene>(static_cast<std::size_t>(s.range(0)),
                                  static_cast<traffic>(s.range(1)));
  }
  on_stage = one.get();
}

void authorize(benchmark::State& s) {
  pin_thread(s.thread_index());
  const authorizer& subject = on_stage->subject();
  const header_row& headers = on_stage->headers();
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
void arguments(benchmark::internal::Benchmark* b) {
  b->ArgNames({"tokens", "mixed"})->ArgsProduct({{10'000, 1'000'000}, {all_valid, mixed}});
  b->Setup(prepare);
}
BENCHMARK(authorize)->Apply(arguments);
BENCHMARK(authorize)->Apply(arguments)->Threads(2)->UseRealTime();

void hash_and_load(benchmark::State& s) {
  pin_thread(0);
  const header_row& headers = on_stage->headers();
  struct alignas(64) line {
    std::uint64_t word;
  };
  const std::size_t lines = slots_as_shipped(headers.size());
  const auto memory = make_huge_array<line>(lines);
  std::size_t next = 0;
  std::uint64_t sum = 0;
  for (auto _ : s) {
    if (next >= headers.size()) next = 0;
    const digest d = sha256(headers[next++].substr(7));
    std::uint64_t where = 0;
    std::memcpy(&where, d.bytes.data(), sizeof where);
    sum += memory[where & (lines - 1)].word;
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(hash_and_load)
    ->ArgNames({"tokens", "mixed"})
    ->ArgsProduct({{10'000, 1'000'000}, {all_valid}})
    ->Setup(prepare);

}  // namespace

BENCHMARK_MAIN();
