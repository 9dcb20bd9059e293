// What is remembered of a request while its answer is awaited.
#pragma once

#include <cstdint>

#include "load/clock.hpp"

namespace multipass::load {

struct ticket {
  nanos intended = 0;  ///< when it was due: latency counts from here
  nanos sent = 0;
  std::uint32_t request_class = 0;  ///< index of a request_class
  std::uint32_t flow = 0;           ///< --flow whole: whose step it is
};

}  // namespace multipass::load
