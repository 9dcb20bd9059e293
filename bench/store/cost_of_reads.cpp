#include <bit>
#include <chrono>
#include <fstream>

#include "bank_rows.hpp"
#include "cache/token_cache.hpp"
#include "costs.hpp"
#include "multipass/config.hpp"

namespace bench {
namespace {

using namespace multipass;
using clock = std::chrono::steady_clock;

constexpr std::size_t hits_per_round = 2'000'000;
constexpr std::size_t misses_per_round = 20'000;

double ns_since(clock::time_point begun) {
  return std::chrono::duration<double, std::nano>(clock::now() - begun).count();
}

grant grant_number(std::size_t n) {
  return {consent_id{static_cast<std::int64_t>(n) + 1}, tpp_id{1}, scope_set::all(),
          timestamp{std::chrono::seconds{4'000'000'000}}};
}

// One for a token that is there. The sum makes each look-up wait for the one before it: where the
// next digest lies is known only then.
std::size_t walk(const token_cache& cache, const std::vector<digest>& tokens, std::size_t steps,
                 std::size_t from) {
  std::size_t at = from;
  for (std::size_t i = 0; i < steps; ++i) {
    const auto found = cache.find(tokens[at]);
    at += 1 + (found ? static_cast<std::size_t>(found->tpp) - 1 : 0);
    if (at >= tokens.size()) at = 0;
  }
  return at;
}

}  // namespace

std::vector<digest> digests_of_first_words(const std::filesystem::path& file) {
  std::vector<digest> digests;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    digests.push_back(sha256(std::string_view(line).substr(0, line.find(' '))));
  }
  if (digests.empty()) throw std::runtime_error(file.string() + ": expected lines");
  return digests;
}

cache_cost cost_of_hits(const std::vector<digest>& tokens) {
  const change_clock changes;
  token_cache cache(std::bit_ceil(std::max(config{}.token_cache_entries, 2 * tokens.size())),
                    changes);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    cache.insert(tokens[i], grant_number(i), changes.now());
  }
  cache_cost cost;
  std::vector<digest> held;
  for (const digest& t : tokens) {
    if (cache.find(t)) held.push_back(t);
  }
  cost.held = double(held.size()) / double(tokens.size());
  cost.slots = cache.capacity();
  std::size_t at = 0;
  for (int i = 0; i < round_count; ++i) {
    const auto begun = clock::now();
    at = walk(cache, held, hits_per_round, at);
    cost.hit_ns.push_back(ns_since(begun) / double(hits_per_round));
  }
  return cost;
}

rounds miss_ns(store& s, const std::vector<digest>& tokens) {
  const auto reader = must(s.open_reader());
  rounds found;
  std::size_t at = 0;
  for (int i = -1; i < round_count; ++i) {  // the first fills the page cache, and does not count
    const auto begun = clock::now();
    for (std::size_t n = 0; n < misses_per_round; ++n) {
      if (!must(reader->find_token(tokens[at++ % tokens.size()]))) {
        throw std::runtime_error("a token is not in the database");
      }
    }
    if (i >= 0) found.push_back(ns_since(begun) / double(misses_per_round));
  }
  return found;
}

}  // namespace bench
