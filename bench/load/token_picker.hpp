// Which token of a list comes next. Pure, given its random source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "load/random_source.hpp"
#include "load/zipf.hpp"

namespace multipass::load {

enum class pick_order {
  uniform,
  zipf,        ///< a few tokens are asked for often, most of them rarely
  sequential,  ///< in file order, from the start again at the end
  once,        ///< in file order, each at most once
};

/// Where each rank of a Zipf distribution stands in the file: a random order, so that the often
/// asked do not lie side by side. The same for the same seed.
std::vector<std::uint32_t> random_permutation(std::size_t size, std::uint64_t seed);

class token_picker {
 public:
  /// Worker `part` of `parts` takes every parts-th of the ordered picks, beginning with its own.
  /// `places` is needed for zipf only, and shared by the workers.
  token_picker(pick_order order, double theta, std::size_t size, unsigned part, unsigned parts,
               std::shared_ptr<const std::vector<std::uint32_t>> places);

  /// An index below size; nullopt when `once` has come to the end, and always for an empty list.
  std::optional<std::size_t> next(random_source& random) noexcept;

 private:
  pick_order order_;
  std::size_t size_;
  std::size_t position_;
  std::size_t stride_;
  zipf ranks_;
  std::shared_ptr<const std::vector<std::uint32_t>> places_;
};

}  // namespace multipass::load
