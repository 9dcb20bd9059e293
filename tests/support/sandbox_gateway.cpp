#include "support/sandbox_gateway.hpp"

#include <stdexcept>

namespace multipass::testing {

sandbox_gateway::sandbox_gateway(const std::function<void(config&)>& change, ports with)
    : sandbox_client({}, {}), ports_(std::move(with)) {
  settings_.sandbox = true;
  settings_.listen = "127.0.0.1:0";
  settings_.admin_listen = "127.0.0.1:0";
  settings_.threads = 2;
  settings_.token_cache_entries = 4096;
  settings_.level = log_level::debug;
  settings_.tpp_rate = settings_.address_rate = 0;  // tests are faster than any TPP
  settings_.database = folder_.file("multipass.db");
  if (change) change(settings_);
  if (ports_.clock == nullptr) ports_.clock = &clock_;
  ports_.log = [this](log_level, std::string_view line) {
    const std::lock_guard lock(mutex_);
    lines_ += line;
    lines_ += '\n';
  };
  start();
}

void sandbox_gateway::start() {
  auto started = gateway::start(settings_, ports_);
  if (!started) throw std::runtime_error(started.error().message);
  gateway_ = std::move(*started);
  move_to(gateway_->public_address(), gateway_->admin_address());
}

std::string sandbox_gateway::log() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

}  // namespace multipass::testing
