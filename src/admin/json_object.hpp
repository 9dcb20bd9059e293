// Reads "a JSON object with these members". Ask for each member by name and type, then finish():
// it fails when a member was missing, of the wrong type or refused, or was never asked for. Until
// then the functions return a default, so that a caller reads all members in one go:
//
//   json_object body(value);
//   auto name = body.text("name");
//   auto blocked = body.flag("blocked", false);
//   if (auto read = body.finish(); !read) return read.error();
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "multipass/error.hpp"
#include "multipass/scope.hpp"

namespace multipass {

class json_object {
 public:
  /// `where` goes before the names of members in messages, such as "balances[0].". The value must
  /// outlive this; a value that is no object fails at finish().
  explicit json_object(const json_value& value, std::string where = {});

  /// Strings: not empty unless optional, without control characters.
  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);

  bool flag(std::string_view name, bool otherwise);
  /// A whole number that fits int64.
  std::int64_t integer(std::string_view name);
  std::optional<std::vector<std::int64_t>> optional_integers(std::string_view name);

  /// A scope list: one string as on the wire ("account.list account.details"), or an array of
  /// names.
  scope_set scopes(std::string_view name);
  std::optional<scope_set> optional_scopes(std::string_view name);

  /// An array whose items the caller reads; no items when it is missing.
  const std::vector<json_value>& optional_array(std::string_view name);
  const std::vector<json_value>& array(std::string_view name);
  /// A member of any type; null when it is missing.
  const json_value* any(std::string_view name);

  /// Notes what is wrong with a member; finish() reports the first such note.
  void refuse(std::string_view name, std::string_view what);

  /// errc::invalid_input: a member nobody asked for, else what was noted first.
  result<void> finish() const;

 private:
  const json_value* required(std::string_view name);
  const std::vector<json_value>& items(const json_value* member, std::string_view name);

  const json_value& value_;
  std::string where_;
  std::vector<std::string_view> asked_;
  std::string wrong_;
};

}  // namespace multipass
