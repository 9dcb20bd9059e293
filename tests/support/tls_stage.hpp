// The files of a TLS listener in a folder of their own, and the CAs that made them.
#pragma once

#include <string>

#include "multipass/config.hpp"
#include "support/temp_folder.hpp"
#include "support/test_ca.hpp"

namespace multipass::testing {

struct tls_stage {
  temp_folder folder;
  test_ca ca{"Server CA"}, clients{"Client CA"}, strangers{"Unknown CA"};
  std::string certificate = folder.file("server.pem");
  std::string key = folder.file("server.key");
  std::string client_ca = folder.file("clients.pem");
  std::string server_der;  ///< of the certificate in the file

  tls_stage() {
    renew();
    clients.own().write_certificate(client_ca);
  }

  /// A new key and certificate in the same files.
  void renew(int days = 30) {
    const auto server = ca.issue("localhost", test_ca::use::server, days);
    server.write_certificate(certificate);
    server.write_key(key);
    server_der = server.der();
  }

  identity client(const std::string& name = "tpp", int days = 30) const {
    return clients.issue(name, test_ca::use::client, days);
  }

  /// Of the public listener.
  void use(config& c, client_certificates asked = client_certificates::off) const {
    c.tls_certificate = certificate;
    c.tls_key = key;
    c.tls_client = asked;
    if (asked != client_certificates::off) c.tls_client_ca = client_ca;
  }
};

}  // namespace multipass::testing
