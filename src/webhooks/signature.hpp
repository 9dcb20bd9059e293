// Signs what is delivered, as Standard Webhooks 1.0.0 has it ("Signature scheme"): HMAC-SHA256 over
// id, time of the attempt and payload, so that a receiver knows who sent it, that it is whole, and
// how old it is. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "multipass/clock.hpp"

namespace multipass {

inline constexpr std::size_t webhook_secret_size = 32;  // bytes; the specification wants 24 to 64

/// How a secret is shown to the TPP, once: "whsec_" and base64.
std::string webhook_secret_text(std::string_view secret);

/// Seals a secret in the store apart from what else the server's key seals.
std::string webhook_seal_context(std::string_view tpp_username);

/// "v1,<base64>" with one secret; with `former` as well, two of these, separated by a space, either
/// of which is enough for a receiver.
std::string webhook_signature(std::string_view id, timestamp sent, std::string_view payload,
                              std::string_view secret, std::string_view former = {});

}  // namespace multipass
