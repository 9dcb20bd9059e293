// Which addresses a webhook may be sent to. Whoever may say where a server sends requests could
// otherwise make it reach what only it can reach: the bank's own network, the cloud's metadata, the
// server itself (SSRF, OWASP API7:2023).
//
// Pure; any thread.
#pragma once

#include "base/networks.hpp"

namespace multipass {

/// A public unicast address (IANA's special-purpose registries, RFC 6890), in whatever form it is
/// written: IPv4 mapped into IPv6 or behind the well-known NAT64 prefix is judged as what it stands
/// for. Other ways to hide an IPv4 address (6to4, Teredo, IPv4-compatible) are never public.
bool is_public(const ip_address& a);

/// Public, or in one of the networks that the bank allows all the same.
bool may_receive(const ip_address& a, const networks& allowed);

}  // namespace multipass
