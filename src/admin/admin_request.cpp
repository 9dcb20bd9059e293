#include "admin/admin_request.hpp"

#include <boost/url/pct_string_view.hpp>

#include "admin/json_object.hpp"
#include "http/header_field.hpp"

namespace multipass {

bool has_media_type(const request& in, std::string_view wanted) {
  return is_media_type(in.content_type, wanted);
}

result<json_value> read_json_body(const request& in) {
  if (!has_media_type(in, "application/json")) {
    return fail(errc::unsupported_media, "The body must be application/json");
  }
  return parse_json(in.body, in.max_json_depth);
}

result<void> expect_no_members(const request& in) {
  if (in.body.empty()) return {};
  const auto body = read_json_body(in);
  if (!body) return body.error();
  return json_object(*body).finish();
}

result<std::string> path_argument(const request& in) {
  const auto encoded = boost::urls::make_pct_string_view(in.path_arguments[0]);
  if (!encoded) return fail(errc::not_found, "Entity not found");
  return encoded->decode();
}

}  // namespace multipass
