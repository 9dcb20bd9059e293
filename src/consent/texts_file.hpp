// A bank's own texts: a JSON object of names (texts.hpp) and texts, of which those that are left
// out stay as they are. Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/texts.hpp"
#include "multipass/error.hpp"

namespace multipass {

/// errc::bad_configuration names the text and what is wrong with it: a name that there is not, a
/// value that is no text or empty, other placeholders than in our own text.
result<texts> read_texts(std::string_view json);

/// All our texts, for a bank to translate: what `multipass example-texts` prints.
std::string example_texts();

}  // namespace multipass
