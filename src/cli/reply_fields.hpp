// Reads members of the server's answers for printing. A member that is not there prints as nothing:
// the program may be older or newer than the server it talks to.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace multipass::cli {

/// Strings as they are, arrays joined by spaces, anything else as JSON.
std::string shown(const boost::json::object& object, std::string_view name);

/// The objects of an array member.
boost::json::array items(const boost::json::object& object, std::string_view name);

}  // namespace multipass::cli
