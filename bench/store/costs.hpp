// What one operation costs with as many tokens as a database has: the parts of store_costs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "multipass/digest.hpp"
#include "multipass/store.hpp"

namespace bench {

/// Numbers of one operation, a value for each round.
using rounds = std::vector<double>;
constexpr int round_count = 5;

/// SHA-256 of the first word of each line.
std::vector<multipass::digest> digests_of_first_words(const std::filesystem::path& file);

struct cache_cost {
  rounds hit_ns;    ///< whole latency: each look-up waits for the one before it
  double held = 0;  ///< part of the tokens that found room
  std::size_t slots = 0;
};
/// In a cache as shipped, or with room for twice the tokens if that is more.
cache_cost cost_of_hits(const std::vector<multipass::digest>& tokens);

/// Found by a reader's session, in an order that is not the tree's.
rounds miss_ns(multipass::store& s, const std::vector<multipass::digest>& tokens);

struct issue_cost {
  rounds us;      ///< of the clock, per token, each answered after its fsync
  rounds cpu_us;  ///< of all threads
};
/// Redeems the codes of fill_store's list, with so many callers at once.
issue_cost cost_of_issuing(multipass::store& s, const multipass::digest& audit_key,
                           const std::filesystem::path& codes, std::size_t callers);

struct purge_cost {
  rounds us_per_row;
  double longest_ms = 0;  ///< of a batch: what a write may have to wait for
  std::size_t batch = 0;  ///< rows
};
/// Purges everything that has expired.
purge_cost cost_of_purging(multipass::store& s, const multipass::digest& audit_key);

}  // namespace bench
