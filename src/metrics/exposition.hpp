// Text for Prometheus (exposition format 0.0.4). Pure: figures in, lines out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/histogram.hpp"

namespace multipass {

class exposition {
 public:
  /// Begins a metric; `type` is counter, gauge or histogram.
  void begin(std::string_view name, std::string_view type, std::string_view help);
  /// A line of the metric begun; `labels` as `a="b",c="d"`, or empty.
  void value(std::string_view labels, std::uint64_t v);
  void value(std::string_view labels, std::int64_t v);
  /// All lines of a histogram, in seconds: the sum of `parts`.
  void values(std::string_view labels, const std::vector<const histogram*>& parts);

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view suffix, std::string_view labels, std::string_view number);
  std::string text_;
  std::string name_;
};

}  // namespace multipass
