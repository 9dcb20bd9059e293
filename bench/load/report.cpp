#include "load/report.hpp"

#include <algorithm>

namespace multipass::load {
namespace {

std::vector<named_tally> grouped(const run_result& r, std::string request_class::*label) {
  std::vector<named_tally> groups;
  for (std::size_t i = 0; i < r.classes.size(); ++i) {
    const auto& name = r.classes[i].*label;
    auto at = std::ranges::find(groups, name, &named_tally::first);
    if (at == groups.end()) at = groups.insert(at, {name, class_tally{}});
    at->second.add(r.measured.by_class[i]);
  }
  return groups;
}

}  // namespace

std::vector<named_tally> by_kind(const run_result& r) {
  return grouped(r, &request_class::kind);
}

std::vector<named_tally> by_request(const run_result& r) {
  return grouped(r, &request_class::request);
}

}  // namespace multipass::load
