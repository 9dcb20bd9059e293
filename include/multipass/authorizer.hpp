// Bearer header -> token -> grant -> scope: the decision this product exists for. The gateway's own
// endpoints use it, and a bank's server can call it in-process for its own.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "multipass/clock.hpp"
#include "multipass/records.hpp"

namespace multipass {

enum class verdict : std::uint8_t {
  granted,
  missing,             ///< no Authorization header, or not the Bearer scheme
  malformed,           ///< not 25 characters of [A-Za-z0-9]
  unknown,             ///< never issued, revoked, consent withdrawn, or TPP blocked
  expired,             ///< the token or its consent is past its end
  insufficient_scope,  ///< live, but without the scope asked for
  other_certificate,   ///< live, but bound to a certificate that was not presented
  unavailable,         ///< the store could not be asked: refuse (fail closed), try again later
};

struct decision {
  verdict outcome = verdict::unknown;
  grant granted;  ///< meaningful when outcome is granted or insufficient_scope
};

/// A token may be bound to its TPP's certificate (RFC 8705, section 3). `certificate` is the
/// SHA-256 of the DER form of the certificate with which the request came, and nullptr when it came
/// with none. The caller has verified it: chain, validity, possession of the key. A token that was
/// issued before its TPP was bound to an organization is granted by the gateway's own endpoints,
/// which read the certificate; here only while memory knows from them that it is the TPP's.
///
/// Thread-safe. Get it from gateway::authorizer(); it lives as long as its gateway.
class authorizer {
 public:
  virtual ~authorizer() = default;

  /// Decides from memory. Allocates nothing, takes no lock, makes no store call, never blocks.
  /// `authorization` is the value of the Authorization header. nullopt: the store must be asked.
  virtual std::optional<decision> decide_from_cache(
      std::string_view authorization, scope needed,
      const digest* certificate = nullptr) const noexcept = 0;

  /// Decides; asks the store when memory does not know, blocking the calling thread meanwhile
  /// (bounded by the store's time-outs, about two seconds). Not for an event loop.
  virtual decision decide(std::string_view authorization, scope needed,
                          const digest* certificate = nullptr) = 0;
};

}  // namespace multipass
