// Whom webhooks are sent to over TLS: receivers whose certificate chains to the bundle that
// webhook-ca names, or to one of the system's authorities.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "multipass/error.hpp"

namespace multipass {

using webhook_trust = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 and 1.3, peers verified. An empty path takes the system's. errc::bad_configuration names
/// webhook-ca. Any thread.
result<webhook_trust> load_webhook_trust(const std::string& path);

}  // namespace multipass
