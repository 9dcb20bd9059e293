// The PROXY protocol's header, versions 1 and 2 (HAProxy, doc/proxy-protocol.txt, revision of
// 2020/03/05): what a balancer that does not look into the connection says of it before its first
// byte. Knows no socket. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/networks.hpp"

namespace multipass {

struct proxy_header {
  enum class state { more, done, bad };

  state now = state::bad;
  /// `more`: at least that many further bytes belong to the header, so that reading no more than
  /// these never takes what comes behind it. `done`: its length.
  std::size_t size = 0;
  /// Where the connection came from; none: the balancer speaks for itself (LOCAL), or does not know
  /// (UNKNOWN, UNSPEC, a UNIX socket).
  std::optional<ip_address> source;
};

/// The longest header read: what the protocol promises to arrive whole (section 2.2). Longer ones
/// are bad.
inline constexpr std::size_t longest_proxy_header = 536;

/// `bytes` are all that have come of the header.
proxy_header read_proxy_header(std::string_view bytes);

}  // namespace multipass
