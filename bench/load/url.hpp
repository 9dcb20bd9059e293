// The two things a flow needs of URLs. Pure.
#pragma once

#include <string>
#include <string_view>

namespace multipass::load {

/// All but RFC 3986's unreserved characters as %XX.
std::string percent_encode(std::string_view text);
/// The value of a query parameter of a URL, decoded; empty when there is none.
std::string query_value(std::string_view url, std::string_view name);

}  // namespace multipass::load
