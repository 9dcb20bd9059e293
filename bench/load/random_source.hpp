// xoshiro256++ 1.0 (D. Blackman, S. Vigna, 2019): fast, and the same numbers for the same seed on
// every machine. Not for secrets. One thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace multipass::load {

class random_source {
 public:
  explicit random_source(std::uint64_t seed) noexcept {
    // SplitMix64 fills the state, as the authors advise: no seed gives the forbidden all-zero one.
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31U);
    }
  }

  std::uint64_t next() noexcept {
    const std::uint64_t out = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return out;
  }

  /// In [0, 1), with 53 random bits.
  double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

  /// In [0, bound), bound > 0; its bias, at most bound / 2^64, cannot be seen in any run.
  std::size_t below(std::size_t bound) noexcept {
    __extension__ using wide = unsigned __int128;
    return static_cast<std::size_t>((static_cast<wide>(next()) * bound) >> 64U);
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace multipass::load
