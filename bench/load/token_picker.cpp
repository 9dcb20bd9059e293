#include "load/token_picker.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace multipass::load {

std::vector<std::uint32_t> random_permutation(std::size_t size, std::uint64_t seed) {
  std::vector<std::uint32_t> places(size);
  std::iota(places.begin(), places.end(), std::uint32_t{0});
  random_source random(seed);
  for (std::size_t i = size; i > 1; --i) std::swap(places[i - 1], places[random.below(i)]);
  return places;
}

token_picker::token_picker(pick_order order, double theta, std::size_t size, unsigned part,
                           unsigned parts, std::shared_ptr<const std::vector<std::uint32_t>> places)
    : order_(order),
      size_(size),
      position_(part),
      stride_(parts),
      ranks_(std::max<std::size_t>(size, 1), theta),
      places_(std::move(places)) {}

std::optional<std::size_t> token_picker::next(random_source& random) noexcept {
  if (size_ == 0) return std::nullopt;
  switch (order_) {
    case pick_order::uniform:
      return random.below(size_);
    case pick_order::zipf:
      return (*places_)[ranks_.rank(random) - 1];
    case pick_order::sequential: {
      const auto at = position_ % size_;
      position_ = (at + stride_) % size_;
      return at;
    }
    case pick_order::once:
      break;
  }
  if (position_ >= size_) return std::nullopt;
  return std::exchange(position_, position_ + stride_);
}

}  // namespace multipass::load
