#include "webhooks/trust.hpp"

namespace multipass {

namespace ssl = boost::asio::ssl;

result<webhook_trust> load_webhook_trust(const std::string& path) try {
  auto trust = std::make_shared<ssl::context>(ssl::context::tls_client);
  trust->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  trust->set_verify_mode(ssl::verify_peer);
  boost::system::error_code ec;
  if (path.empty()) {
    trust->set_default_verify_paths(ec);
  } else {
    trust->load_verify_file(path, ec);
  }
  if (!ec) return trust;
  return fail(errc::bad_configuration,
              "webhook-ca: " + path + " cannot be read as a bundle of PEM certificates");
} catch (const boost::system::system_error& e) {
  return fail(errc::bad_configuration, std::string("webhook-ca: ") + e.what());
}

}  // namespace multipass
