// Text with the addresses of this server put in. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace multipass {

/// `text` with `by` wherever it held `what`, which is not empty.
inline std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (auto at = text.find(what); at != text.npos; at = text.find(what)) {
    out.append(text.substr(0, at)).append(by);
    text.remove_prefix(at + what.size());
  }
  return out.append(text);
}

}  // namespace multipass
