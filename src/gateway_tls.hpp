// The certificates of both listeners: read at start and again at reload, for both or for neither.
#pragma once

#include <mutex>

#include "base/logger.hpp"
#include "http/tls_context.hpp"

namespace multipass {

class gateway_tls {
 public:
  /// Both outlive this.
  gateway_tls(const config& settings, const logger& log) : settings_(settings), log_(log) {}

  /// On errc::bad_configuration all stays as it was. Handshakes that begin after the return use
  /// what was read. Any thread.
  result<void> read();

  /// Null: the listener is plain.
  const tls_slot* of_public() const;
  const tls_slot* of_private() const;

 private:
  using context = std::shared_ptr<const tls_context>;
  result<context> read_one(const tls_files& files) const;

  const config& settings_;
  const logger& log_;
  std::mutex reading_;
  tls_slot public_;
  tls_slot private_;
};

/// "https" when the listener ends TLS itself.
inline const char* scheme_of(const std::string& certificate) {
  return certificate.empty() ? "http" : "https";
}

}  // namespace multipass
