// Finds the endpoint of a request in a table. Immutable after construction, so any thread may ask.
#pragma once

#include <string>
#include <string_view>

#include "http/endpoint.hpp"

namespace multipass {

class router {
 public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  struct match {
    std::size_t index = none;  ///< row of the table, or none
    std::string allow;         ///< the methods this path has, when only the method is wrong
  };

  explicit router(endpoint_table rows);

  /// Fills `r.path_arguments`. Allocates only when nothing matches.
  match find(request& r) const;

  const endpoint& row(std::size_t index) const { return rows_[index]; }
  std::size_t size() const { return rows_.size(); }

 private:
  endpoint_table rows_;
  std::vector<bool> has_arguments_;  // by row: its path has "{}"
};

}  // namespace multipass
