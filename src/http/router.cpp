#include "http/router.hpp"

namespace multipass {
namespace {

// Matches segment by segment; "{}" takes one non-empty segment.
bool matches(std::string_view pattern, request& r) {
  if (pattern == r.path) return true;
  if (pattern.find('{') == std::string_view::npos) return false;
  std::string_view path = r.path;
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

router::match router::find(request& r) const {
  match found;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!matches(rows_[i].path, r)) continue;
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
