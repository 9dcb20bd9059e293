#include "cli/admin_tls.hpp"

#include <openssl/ssl.h>

namespace multipass::cli {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

error bad(std::string_view option, const std::string& path, const error_code& why) {
  return fail(errc::bad_configuration,
              std::string(option) + ": " + path + ": cannot be used: " + why.message());
}

}  // namespace

result<std::shared_ptr<ssl::context>> make_tls(const admin_tls_files& files) {
  auto made = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
  made->set_verify_mode(ssl::verify_peer);
  error_code ec;
  if (files.ca.empty()) {
    made->set_default_verify_paths(ec);
  } else {
    made->load_verify_file(files.ca, ec);
  }
  if (ec) return bad("--admin-ca", files.ca, ec);
  if (files.certificate.empty() != files.key.empty()) {
    return fail(errc::bad_configuration,
                "--admin-certificate and --admin-certificate-key go together");
  }
  if (files.certificate.empty()) return made;
  made->use_certificate_chain_file(files.certificate, ec);
  if (ec) return bad("--admin-certificate", files.certificate, ec);
  made->use_private_key_file(files.key, ssl::context::pem, ec);
  if (ec) return bad("--admin-certificate-key", files.key, ec);
  return made;
}

}  // namespace multipass::cli
