#include "http/router.hpp"

namespace multipass {
namespace {

// Each "{}" takes one non-empty segment.
bool match_arguments(std::string_view pattern, request& r) {
  std::string_view path = r.path;
  r.path_arguments = {};
  std::size_t arguments = 0;
  while (!pattern.empty() && !path.empty()) {
    if (pattern.starts_with("{}")) {
      const auto value = path.substr(0, path.find('/'));
      if (value.empty() || arguments == r.path_arguments.size()) return false;
      r.path_arguments[arguments++] = value;
      path.remove_prefix(value.size());
      pattern.remove_prefix(2);
    } else if (pattern.front() == path.front()) {
      pattern.remove_prefix(1);
      path.remove_prefix(1);
    } else {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

bool serves(const endpoint& e, verb method) {
  return e.method == method || (e.method == verb::get && method == verb::head);
}

}  // namespace

router::router(endpoint_table rows) : rows_(std::move(rows)) {
  for (const auto& row : rows_) has_arguments_.push_back(row.path.find("{}") != row.path.npos);
}

router::match router::find(request& r) const {
  match found;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& path = rows_[i].path;
    if (has_arguments_[i] ? !match_arguments(path, r) : path != r.path) continue;
    if (serves(rows_[i], r.method)) {
      found.index = i;
      return found;
    }
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += rows_[i].method == verb::get ? "GET, HEAD" : "POST";
  }
  return found;
}

}  // namespace multipass
