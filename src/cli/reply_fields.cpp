#include "cli/reply_fields.hpp"

#include <boost/json/serialize.hpp>

namespace multipass::cli {

namespace {

std::string shown(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (!value.is_array()) return boost::json::serialize(value);
  std::string joined;
  for (const auto& item : value.get_array()) joined += (joined.empty() ? "" : " ") + shown(item);
  return joined;
}

}  // namespace

std::string shown(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? "" : shown(*value);
}

boost::json::array items(const boost::json::object& object, std::string_view name) {
  boost::json::array objects;
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return objects;
  for (const auto& item : value->get_array()) {
    if (item.is_object()) objects.push_back(item);
  }
  return objects;
}

}  // namespace multipass::cli
