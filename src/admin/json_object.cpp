#include "admin/json_object.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "admin/plain_text.hpp"

namespace multipass {

namespace {

using kind = json_value::kind;

const std::vector<json_value> no_items;

std::optional<std::int64_t> whole_number(const json_value& value) {
  if (value.what != kind::number) return std::nullopt;
  std::int64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

json_object::json_object(const json_value& value, std::string where)
    : value_(value), where_(std::move(where)) {}

const json_value* json_object::any(std::string_view name) {
  asked_.push_back(name);
  if (value_.what != kind::object) return nullptr;
  const auto at = std::ranges::find(value_.children, name, &json_value::key);
  return at == value_.children.end() ? nullptr : &*at;
}

const json_value* json_object::required(std::string_view name) {
  const json_value* member = any(name);
  if (member == nullptr) refuse(name, "is missing");
  return member;
}

void json_object::refuse(std::string_view name, std::string_view what) {
  if (!wrong_.empty()) return;
  wrong_ = "Member \"" + where_ + std::string(name) + "\" " + std::string(what);
}

std::string json_object::text(std::string_view name) {
  auto value = optional_text(name);
  if (!value) refuse(name, "is missing");
  if (value && value->empty()) refuse(name, "must not be empty");
  return std::move(value).value_or("");
}

std::optional<std::string> json_object::optional_text(std::string_view name) {
  const json_value* member = any(name);
  if (member == nullptr) return std::nullopt;
  if (member->what != kind::string) {
    refuse(name, "must be a string");
    return std::string();
  }
  if (has_control_character(member->text)) refuse(name, "must not hold control characters");
  return member->text;
}

std::vector<std::string> json_object::texts(std::string_view name) {
  std::vector<std::string> values;
  for (const json_value& item : array(name)) {
    if (item.what != kind::string) {
      refuse(name, "must be an array of strings");
    } else if (item.text.empty() || has_control_character(item.text)) {
      refuse(name, "must not hold empty strings or control characters");
    }
    values.push_back(item.text);
  }
  return values;
}

bool json_object::flag(std::string_view name, bool otherwise) {
  const json_value* member = any(name);
  if (member == nullptr) return otherwise;
  if (member->what != kind::boolean) refuse(name, "must be true or false");
  return member->text == "true";
}

std::int64_t json_object::integer(std::string_view name) {
  const json_value* member = required(name);
  if (member == nullptr) return 0;
  const auto number = whole_number(*member);
  if (!number) refuse(name, "must be a whole number");
  return number.value_or(0);
}

std::optional<std::vector<std::int64_t>> json_object::optional_integers(std::string_view name) {
  const json_value* member = any(name);
  if (member == nullptr) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const json_value& item : items(member, name)) {
    const auto number = whole_number(item);
    if (!number) refuse(name, "must be an array of whole numbers");
    numbers.push_back(number.value_or(0));
  }
  return numbers;
}

scope_set json_object::scopes(std::string_view name) {
  const auto set = optional_scopes(name);
  if (!set) refuse(name, "is missing");
  return set.value_or(scope_set{});
}

std::optional<scope_set> json_object::optional_scopes(std::string_view name) {
  const json_value* member = any(name);
  if (member == nullptr) return std::nullopt;
  std::string list = member->text;
  if (member->what == kind::array) {
    for (const json_value& item : member->children) {
      if (item.what != kind::string) refuse(name, "must be an array of strings");
      list += item.text + ' ';
    }
  } else if (member->what != kind::string) {
    refuse(name, "must be a string or an array of strings");
    return scope_set{};
  }
  const auto set = parse_scopes(list);
  if (!set) refuse(name, "is not a list of scopes: " + set.error().message);
  return set ? *set : scope_set{};
}

const std::vector<json_value>& json_object::items(const json_value* member, std::string_view name) {
  if (member == nullptr) return no_items;
  if (member->what == kind::array) return member->children;
  refuse(name, "must be an array");
  return no_items;
}

const std::vector<json_value>& json_object::optional_array(std::string_view name) {
  return items(any(name), name);
}

const std::vector<json_value>& json_object::array(std::string_view name) {
  return items(required(name), name);
}

result<void> json_object::finish() const {
  if (value_.what != kind::object) {
    const std::string what = where_.empty() ? "The body" : where_.substr(0, where_.size() - 1);
    return fail(errc::invalid_input, what + " must be a JSON object");
  }
  for (const json_value& member : value_.children) {
    if (std::ranges::find(asked_, member.key) == asked_.end()) {
      return fail(errc::invalid_input, "Member \"" + where_ + member.key + "\" is unknown");
    }
  }
  if (!wrong_.empty()) return fail(errc::invalid_input, wrong_);
  return {};
}

}  // namespace multipass
