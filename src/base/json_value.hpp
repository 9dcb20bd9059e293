// A JSON document as a tree of values, read strictly: so many levels deep, valid UTF-8, at most
// 256 members to an object, no member twice. Numbers keep the text in which they were sent, so that
// nothing here turns an amount into floating point and back. Plain values; no thread safety of
// their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "multipass/error.hpp"

namespace multipass {

struct json_value {
  enum class kind : std::uint8_t { null, boolean, number, string, array, object };

  kind what = kind::null;
  std::string key;                   ///< the name of a member of an object
  std::string text;                  ///< a string decoded, a number or boolean as sent
  std::vector<json_value> children;  ///< items of an array, members of an object, in order
};

/// Levels of arrays and objects, unless told otherwise.
inline constexpr std::size_t usual_json_depth = 16;

/// errc::invalid_input names the member that stands twice, or where the text stops being JSON or
/// goes deeper than `most_depth`.
result<json_value> parse_json(std::string_view text, std::size_t most_depth = usual_json_depth);

/// The value as JSON without white space, its key left out.
std::string to_json(const json_value& value);

}  // namespace multipass
