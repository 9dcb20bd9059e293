// How the program's own commands speak TLS to a private listener: what they trust, and the
// certificate they show.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "multipass/error.hpp"

namespace multipass::cli {

/// Files in PEM.
struct admin_tls_files {
  std::string ca;  ///< what the server's certificate must chain to; empty: the system's CAs
  std::string certificate;  ///< chain, leaf first; empty: none is shown
  std::string key;          ///< of the certificate
};

/// errc::bad_configuration names option, file and reason.
result<std::shared_ptr<boost::asio::ssl::context>> make_tls(const admin_tls_files& files);

}  // namespace multipass::cli
