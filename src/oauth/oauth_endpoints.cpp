#include "oauth/oauth_endpoints.hpp"

#include <array>

namespace multipass {
namespace {

struct server_row {
  std::string_view path, name;
  task<> (oauth_surface::*handle)(exchange&) const;
};
constexpr std::array server_rows{
    server_row{"/oauth/par", "oauth_par", &oauth_surface::push},
    server_row{"/oauth/token", "oauth_token", &oauth_surface::token},
    server_row{"/oauth/revoke", "oauth_revoke", &oauth_surface::revoke},
};

error too_many(std::chrono::seconds wait) {
  return {errc::too_many, "Too many requests from this address, wait", wait};
}

}  // namespace

endpoint_table oauth_endpoints(oauth_surface& surface) {
  endpoint_table table{{verb::get,
                        "/.well-known/oauth-authorization-server",
                        "oauth_metadata",
                        {},
                        [&surface](exchange& x) { return surface.metadata(x); }},
                       {verb::get, "/oauth/authorize", "oauth_authorize",
                        [&surface](exchange& x) { return surface.authorize(x); }, nullptr,
                        [&surface](exchange& x, std::chrono::seconds wait) {
                          surface.show_page(x, too_many(wait));
                        }}};
  for (const auto& row : server_rows) {
    table.push_back({verb::post, row.path, row.name,
                     [&surface, handle = row.handle](exchange& x) { return (surface.*handle)(x); },
                     nullptr,
                     [](exchange& x, std::chrono::seconds wait) {
                       answer_oauth_error(x.out, oauth_error_of(too_many(wait)));
                     }});
  }
  return table;
}

}  // namespace multipass
