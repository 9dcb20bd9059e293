// A whole gateway: listeners, threads, store, caches. The class a bank's server embeds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "multipass/account_source.hpp"
#include "multipass/authorizer.hpp"
#include "multipass/clock.hpp"
#include "multipass/config.hpp"
#include "multipass/error.hpp"
#include "multipass/log.hpp"
#include "multipass/store.hpp"

namespace multipass {

/// What an embedder may bring of its own; whatever is left empty, the gateway brings itself.
/// Everything must outlive the gateway but `log`, which is copied.
struct ports {
  account_source* accounts = nullptr;       ///< default: the accounts in the gateway's own store
  multipass::store* store = nullptr;        ///< default: SQLite at config::database
  const multipass::clock* clock = nullptr;  ///< default: system_clock()
  log_sink log;                             ///< default: lines are dropped
};

/// No global state: two gateways fit into one process. All functions are thread-safe.
class gateway {
 public:
  /// Checks the configuration, opens the store, binds both listeners and starts the threads.
  /// Fails with errc::bad_configuration, errc::unavailable or errc::conflict (database in use).
  static result<std::unique_ptr<gateway>> start(const config& c, ports p = {});

  /// Stops as stop() does.
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  /// /readyz answers 503, listeners close after config::shutdown_delay, requests in flight finish
  /// within config::shutdown_grace, then everything is cut. Blocks until done. Idempotent.
  void stop();

  /// Reads certificates, keys and CA bundles again, from the files that the configuration named at
  /// start. Connections that begin afterwards use them; open ones stay as they are, and what a
  /// client kept to resume a session with no longer counts. Fails with errc::bad_configuration,
  /// which is logged too; then everything stays as it was. Without TLS there is nothing to do. Any
  /// thread; blocks while files are read.
  result<void> reload();

  /// The addresses bound, "127.0.0.1:8080".
  std::string public_address() const;
  std::string admin_address() const;

  multipass::authorizer& authorizer() noexcept;

  /// Tells that the accounts or balances of one PSU changed in a bank's own account_source: no
  /// request that begins after the return sees the old ones. Unknown user names are ignored.
  void accounts_changed(std::string_view psu);

 private:
  struct parts;
  explicit gateway(std::unique_ptr<parts> p);
  std::unique_ptr<parts> parts_;
};

}  // namespace multipass
