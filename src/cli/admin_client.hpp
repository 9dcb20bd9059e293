// A client of the admin API for the program's own commands: one request, one connection, blocking,
// plain HTTP or TLS as the private listener speaks it. Not thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cli/admin_tls.hpp"
#include "multipass/error.hpp"

namespace multipass::cli {

struct admin_reply {
  unsigned status = 0;
  boost::json::object body;
};

class admin_client {
 public:
  /// `url` is "http://host:port" or "https://host:port"; errc::bad_configuration otherwise. `tls` is
  /// for https; the server's certificate must bear the host's name or address.
  static result<admin_client> make(std::string_view url, std::string key,
                                   const admin_tls_files& tls = {});

  /// errc::unavailable: nobody answered within 60 s, or it was not the admin API.
  result<admin_reply> get(std::string_view target) const;
  result<admin_reply> post(std::string_view target, std::string_view content_type,
                           std::string body) const;
  result<admin_reply> post(std::string_view target, const boost::json::object& body) const;
  /// An action without members.
  result<admin_reply> post(std::string_view target) const { return post(target, "", ""); }

 private:
  admin_client(std::string host, std::string port, std::string key);

  std::string host_, port_, key_;
  std::shared_ptr<boost::asio::ssl::context> tls_;  // null: plain
};

/// The body of a reply that says success; else the server's message, as errc::conflict.
result<boost::json::object> body_of(result<admin_reply> reply);

/// A value as one segment of a target, percent-encoded.
std::string path_segment(std::string_view value);

}  // namespace multipass::cli
