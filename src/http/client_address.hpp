// Who asks, when a balancer stands in between. Pure.
#pragma once

#include <span>
#include <string_view>

#include "base/networks.hpp"

namespace multipass {

/// The rightmost address of X-Forwarded-For that a trusted proxy states and that is not itself one:
/// each proxy adds at the right whom it heard from, so from the first untrusted address leftwards
/// anybody may have written anything. `fields` are the field's values as they stand in the header,
/// one list together; `from` is who is connected. What is no address is not believed, nor what is
/// left of it: the proxy that wrote it is then the one that asks. "192.0.2.7:4711", "[2001:db8::1]"
/// and "[2001:db8::1]:4711" are read as well.
ip_address client_address(const ip_address& from, std::span<const std::string_view> fields,
                          const networks& trusted);

}  // namespace multipass
