// The parameters of a request: from the query string, a form body or a JSON object body, as the
// wire contract reads "Supported query parameters" on a POST. Strict: a bad escape, a NUL or other
// control character, invalid UTF-8, the same name twice or in two places is errc::invalid_input,
// naming the parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.hpp"
#include "multipass/error.hpp"

namespace multipass {

class parameters {
 public:
  /// Reads all of them, at most `most`. A non-empty body of another media type is
  /// errc::unsupported_media.
  static result<parameters> read(const request& r, std::size_t most);

  /// The value, or nullopt. Values may be empty.
  std::optional<std::string_view> find(std::string_view name) const;
  /// The value; missing or empty is errc::invalid_input: "Parameter <name> is missing".
  result<std::string_view> require(std::string_view name) const;
  /// All values of a name that a form may repeat (check boxes). Only with `allow_repeated`.
  std::vector<std::string_view> all(std::string_view name) const;
  /// As read(), for HTML forms: query and form body only, names may repeat.
  static result<parameters> read_form(const request& r, std::size_t most);

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace multipass
