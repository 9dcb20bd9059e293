// What stands ready before a look-up is measured: filled maps, and the digests to ask for. Made on
// first use and kept, because benchmarks come in any order.
#pragma once

#include <bit>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "micro/token_draw.hpp"
#include "multipass/config.hpp"
#include "multipass/records.hpp"

namespace multipass {

/// As it is run: the default of config::token_cache_entries, or room for twice the tokens.
inline std::size_t slots_as_shipped(std::size_t tokens) {
  return std::bit_ceil(std::max(config{}.token_cache_entries, tokens * 2));
}
/// As an operator who knows the number of tokens would configure it.
inline std::size_t slots_made_for(std::size_t tokens) {
  return std::bit_ceil(tokens * 2);
}

inline grant grant_of(std::size_t n) {
  return {consent_id{static_cast<std::int64_t>(n) + 1},
          tpp_id{static_cast<std::int64_t>(n % 100) + 1}, scope_set::all(),
          timestamp{std::chrono::seconds{4'000'000'000}}};
}

/// `kind` is "token" for those that maps are filled with; any other names strangers.
inline digest digest_of(const std::string& kind, std::size_t n) {
  return sha256(kind + ' ' + std::to_string(n));
}

/// Digests in the order of asking, and the numbers of their tokens.
struct questions {
  std::vector<std::uint32_t> numbers;
  std::vector<digest> digests;
};

/// A place for one thing that is too large to have two of: taking it drops what was there.
class large_place {
 public:
  void take(std::function<void()> drop) {
    if (drop_) drop_();
    drop_ = std::move(drop);
  }

 private:
  std::function<void()> drop_;
};

constexpr bool is_large(std::size_t tokens) {
  return tokens >= 5'000'000;
}

inline const questions& asked(const std::string& kind, std::size_t tokens, popularity p) {
  static std::map<std::tuple<std::string, std::size_t, popularity>, questions> kept;
  static large_place large;
  auto& q = kept[{kind, tokens, p}];
  if (!q.digests.empty()) return q;
  if (is_large(tokens)) large.take([&q] { q = {}; });
  q.numbers = draw(tokens, p);
  q.digests.reserve(q.numbers.size());
  for (const auto n : q.numbers) q.digests.push_back(digest_of(kind, n));
  return q;
}

inline large_place& place_of_large_map() {
  static large_place place;
  return place;
}

/// In the order of the tokens' numbers, which is not that of asking.
template <class Map>
void fill(Map& map, std::size_t tokens) {
  for (std::size_t n = 0; n < tokens; ++n) map.assign(digest_of("token", n), grant_of(n));
}

template <class Map>
Map& filled(std::size_t tokens) {
  static std::map<std::size_t, std::unique_ptr<Map>> kept;
  auto& map = kept[tokens];
  if (map) return *map;
  if (is_large(tokens)) place_of_large_map().take([&map] { map.reset(); });
  map = std::make_unique<Map>(tokens);
  fill(*map, tokens);
  return *map;
}

}  // namespace multipass
