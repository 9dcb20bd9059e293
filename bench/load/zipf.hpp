// Ranks 1 to n with P(k) proportional to 1 / k^theta, in constant time and memory for any n:
// rejection-inversion (W. Hoermann, G. Derflinger, "Rejection-inversion to generate variates from
// monotone discrete distributions", ACM TOMACS 6(3), 1996). Exact, not an approximation by ranges.
#pragma once

#include <cstddef>

#include "load/random_source.hpp"

namespace multipass::load {

class zipf {
 public:
  /// n >= 1; theta > 0.
  zipf(std::size_t n, double theta) noexcept;

  /// In [1, n].
  std::size_t rank(random_source& random) const noexcept;

 private:
  double weight(double x) const noexcept;    // h(x) = x^-theta
  double integral(double x) const noexcept;  // H(x), the integral of h from 1 to x
  double inverse_integral(double y) const noexcept;

  double n_;
  double theta_;
  double lowest_;   // H(1.5) - h(1)
  double highest_;  // H(n + 0.5)
  double squeeze_;  // a rank this close below its x is accepted without computing H
};

}  // namespace multipass::load
