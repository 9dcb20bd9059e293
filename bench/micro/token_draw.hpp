// Which of the tokens 0..n-1 are asked for, and in which order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace multipass {

enum class popularity { uniform, zipf };

constexpr std::uint64_t draw_seed = 20240101;

/// Every token once, shuffled.
inline std::vector<std::uint32_t> shuffled(std::size_t tokens) {
  std::vector<std::uint32_t> order(tokens);
  std::iota(order.begin(), order.end(), 0U);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(draw_seed));
  return order;
}

/// Four million draws by Zipf's law with exponent 0.99, as YCSB has it: of a million tokens the
/// most popular is every 15th draw. Popularity is unrelated to the token's number.
inline std::vector<std::uint32_t> drawn_by_zipf(std::size_t tokens) {
  const auto by_rank = shuffled(tokens);
  std::vector<double> reach(tokens);
  double sum = 0;
  for (std::size_t i = 0; i < tokens; ++i) reach[i] = sum += std::pow(double(i + 1), -0.99);
  std::mt19937_64 random(draw_seed + 1);
  std::uniform_real_distribution<double> dart(0, sum);
  std::vector<std::uint32_t> draws(std::size_t{1} << 22);
  for (auto& d : draws) {
    const auto rank =
        std::lower_bound(reach.begin(), reach.end() - 1, dart(random)) - reach.begin();
    d = by_rank[static_cast<std::size_t>(rank)];
  }
  return draws;
}

inline std::vector<std::uint32_t> draw(std::size_t tokens, popularity p) {
  return p == popularity::uniform ? shuffled(tokens) : drawn_by_zipf(tokens);
}

}  // namespace multipass
