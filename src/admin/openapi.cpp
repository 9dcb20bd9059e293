// The private listener's endpoints in OpenAPI 3.1. src/admin/openapi.json is the document; the
// library carries it inside.
#include <boost/json/parse.hpp>
#include <string>

#include "admin/admin_services.hpp"

namespace multipass {

extern const std::string_view private_openapi;  // src/admin/openapi.json

namespace {

task<result<admin_answer>> show_openapi(const admin_services& s, const request&) {
  auto whole = boost::json::parse(private_openapi);
  const std::string scheme = s.settings.admin_tls_certificate.empty() ? "http://" : "https://";
  whole.at("servers").at(0).at("url") = scheme + s.settings.admin_listen;
  co_return admin_answer{200, std::move(whole.as_object())};
}

}  // namespace

admin_rows openapi_rows() {
  return {{verb::get, "/admin/openapi.json", "admin_openapi", show_openapi}};
}

}  // namespace multipass
