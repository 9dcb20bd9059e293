// A whole gateway with the sandbox's data, on ports the system chooses and a database in a folder
// of its own; with the steps of the flow.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "multipass/gateway.hpp"
#include "support/manual_clock.hpp"
#include "support/sandbox_client.hpp"
#include "support/temp_folder.hpp"

namespace multipass::testing {

class sandbox_gateway : public sandbox_client {
 public:
  /// Two event loops, a small cache, no limit of rates, all logs, and the manual clock unless `with` brings another.
  /// `change` may alter the configuration.
  explicit sandbox_gateway(const std::function<void(config&)>& change = {}, ports with = {});

  void stop() { gateway_.reset(); }
  /// Starts again on the same database.
  void start();

  gateway& operator*() { return *gateway_; }
  manual_clock& clock() { return clock_; }
  const config& settings() const { return settings_; }
  const std::string& database() const { return settings_.database; }

  /// Everything logged so far, one line each.
  std::string log() const;

 private:
  temp_folder folder_;
  manual_clock clock_;
  mutable std::mutex mutex_;
  std::string lines_;
  config settings_;
  ports ports_;
  std::unique_ptr<gateway> gateway_;
};

}  // namespace multipass::testing
