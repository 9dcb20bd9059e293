// Where a webhook is sent: a URL, taken apart. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "multipass/error.hpp"

namespace multipass {

struct webhook_target {
  bool tls = true;
  std::string host;  ///< a name, or an address without brackets
  std::uint16_t port = 443;
  std::string authority;  ///< for Host
  std::string path;       ///< with the query, as it stands in the URL; at least "/"
};

/// https, a host, at most 2048 bytes; no user information, no fragment. With `sandbox`, also http
/// to 127.0.0.1, [::1] or localhost. errc::invalid_input says what is wrong.
result<webhook_target> parse_webhook_url(std::string_view url, bool sandbox);

}  // namespace multipass
