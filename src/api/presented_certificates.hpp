// Which certificate a request brings: that of its own TLS connection, or the one that a trusted
// balancer states in Client-Cert, where the balancer ends TLS. From everybody else that field is
// ignored; and a balancer's own certificate is not its TPP's. Each certificate is parsed and
// verified once per event loop, not at each request.
//
// A certificate that is there must be good, whoever the TPP is: malformed is errc::invalid_input;
// expired, not yet valid or not from one of tls-client-ca is errc::unauthorized.
//
// Thread safety: of() on the event loop that the exchange names; read() and use() on any thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/tpp_certificate.hpp"
#include "crypto/certificate_authorities.hpp"
#include "http/endpoint.hpp"
#include "multipass/clock.hpp"

namespace multipass {

using shown_certificate = std::shared_ptr<const tpp_certificate>;

class presented_certificates {
 public:
  /// `threads` event loops will call. `authorities` names the PEM bundle that a certificate stated
  /// by a trusted proxy must chain to; empty: the proxy's word is taken. Call use() before the
  /// first request. `key` and `wall` must outlive this.
  presented_certificates(std::string authorities, const server_key& key, const clock& wall,
                         std::size_t threads);
  ~presented_certificates();

  using authority_handle = std::shared_ptr<const certificate_authorities>;
  /// Reads the bundle. errc::bad_configuration says what is wrong with it.
  result<authority_handle> read() const;
  /// Uses it from here on, and forgets what was verified against the one before.
  void use(authority_handle fresh);

  /// False for nearly every request: then of() gives null. Costs nothing.
  static bool may_be_there(const exchange& x) noexcept {
    return x.from.certificate != nullptr || x.in.client_cert_count != 0;
  }

  /// Null: the request brings none.
  result<shown_certificate> of(const exchange& x);

 private:
  struct per_loop;

  result<shown_certificate> own(const client_certificate& c, per_loop& loop);
  result<shown_certificate> stated(std::string_view field, per_loop& loop);
  result<shown_certificate> check_time(shown_certificate c) const;
  void follow_reload(per_loop& loop);

  const std::string path_;
  const server_key& key_;
  const clock& clock_;
  std::mutex mutex_;
  authority_handle authorities_;  // guarded by mutex_
  std::atomic<std::uint64_t> reloads_{
      0};  // counted under mutex_, so that a look without it suffices
  std::vector<std::unique_ptr<per_loop>> loops_;
};

}  // namespace multipass
