// Text into HTML. Everything that a page displays goes through escape() or fill().
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace multipass {

/// `text` for element content or a double-quoted attribute value.
std::string escape(std::string_view text);

/// As escape(), isolated (<bdi>), so that a name with right-to-left characters cannot rearrange the
/// words around it. For names that TPPs and PSUs brought; element content only.
std::string escape_name(std::string_view name);

/// `text` escaped, with {0}, {1} replaced by `html`, which is inserted as it is.
std::string fill(std::string_view text, std::initializer_list<std::string_view> html);

/// An IBAN in groups of four, escaped. What is not letters and digits is left as it is.
std::string grouped_iban(std::string_view iban);

}  // namespace multipass
