// GET /tpp/consents/{clientId}: what became of a request for consent, for the TPP that made it. A
// token that no longer works says only that; here stands whether the PSU never decided, denied,
// withdrew, or whether the time is over, and so whether asking again makes sense.
//
//   {"clientId":"username__1","status":"revoked","reason":"withdrawn","scope":"account.list",
//    "grantedAt":"2026-01-31T12:00:00Z","expiresAt":"2026-07-30T12:00:00Z",
//    "endedAt":"2026-02-01T08:30:00Z","lastUsedAt":"2026-02-01T08:00:00Z"}
//
// `status` is one of
//   pending    the PSU has not decided; it can be until expiresAt
//   denied     by the PSU
//   timed_out  nobody decided in time
//   active     granted, until expiresAt
//   expired    it was granted until expiresAt
//   revoked    it ended before, at endedAt, for `reason`: withdrawn (by the PSU or the bank),
//              revoked_by_tpp, code_replayed, refresh_replayed
// Members that do not apply are left out. A request without a consent is forgotten a day after its
// end. Times are RFC 3339 in UTC.
//
// Thread safety: any event loop may call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/presented_certificates.hpp"
#include "auth/client_authentication.hpp"
#include "base/task.hpp"
#include "http/endpoint.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "store/store_pool.hpp"

namespace multipass {

/// What is known of one clientId.
struct client_history {
  std::string client_id;
  std::optional<authorization> asked;
  std::optional<consent> granted;
};

/// The answer; nullopt when nothing is known. Pure.
std::optional<std::string> consent_status_json(const client_history& h, timestamp now);

class consent_status {
 public:
  /// All must outlive this.
  consent_status(store_pool& pool, const client_authentication& clients,
                 presented_certificates& certificates, const clock& wall, const config& settings)
      : pool_(pool),
        clients_(clients),
        certificates_(certificates),
        clock_(wall),
        settings_(settings) {}

  task<> answer(exchange& x) const;

 private:
  task<result<tpp>> authenticate(exchange& x, std::string_view asked_of) const;

  store_pool& pool_;
  const client_authentication& clients_;
  presented_certificates& certificates_;
  const clock& clock_;
  const config& settings_;
};

endpoint consent_status_endpoint(const consent_status& status);

}  // namespace multipass
