#include "load/zipf.hpp"

#include <algorithm>
#include <cmath>

namespace multipass::load {

zipf::zipf(std::size_t n, double theta) noexcept
    : n_(static_cast<double>(n)),
      theta_(theta),
      lowest_(integral(1.5) - 1),
      highest_(integral(n_ + 0.5)),
      squeeze_(2 - inverse_integral(integral(2.5) - weight(2))) {}

std::size_t zipf::rank(random_source& random) const noexcept {
  while (true) {
    const double u = highest_ + random.unit() * (lowest_ - highest_);
    const double x = inverse_integral(u);
    const double k = std::clamp(std::floor(x + 0.5), 1.0, n_);
    if (k - x <= squeeze_ || u >= integral(k + 0.5) - weight(k)) return static_cast<std::size_t>(k);
  }
}

double zipf::weight(double x) const noexcept {
  return std::exp(-theta_ * std::log(x));
}

// (x^(1-theta) - 1) / (1-theta), written so that it stays exact around theta = 1, where it is log
// x.
double zipf::integral(double x) const noexcept {
  const double power = 1 - theta_;
  const double log_x = std::log(x);
  return std::abs(power) < 1e-12 ? log_x : std::expm1(power * log_x) / power;
}

double zipf::inverse_integral(double y) const noexcept {
  const double power = 1 - theta_;
  if (std::abs(power) < 1e-12) return std::exp(y);
  // Rounding may carry the argument below its limit of -1.
  return std::exp(std::log1p(std::max(-1.0, y * power)) / power);
}

}  // namespace multipass::load
