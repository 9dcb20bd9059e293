#include "oauth/oauth_surface.hpp"

#include "http/header_field.hpp"
#include "oauth/server_metadata.hpp"

namespace multipass {
namespace {

// RFC 6749, section 2.3.1: credentials "MUST NOT be included in the request URI"; nor is anything
// else read there, so that no client gets used to it.
result<parameters> read_form_body(const request& in, std::size_t most) {
  if (!in.query.empty()) {
    return fail(errc::invalid_input, "Parameters go into the form body, not into the URL");
  }
  if (!in.body.empty() && !is_media_type(in.content_type, "application/x-www-form-urlencoded")) {
    return fail(errc::unsupported_media, "The body must be application/x-www-form-urlencoded");
  }
  return parameters::read(in, most);
}

}  // namespace

void oauth_surface::describe() {
  metadata_ = server_metadata(parts_.settings);
}

bool oauth_surface::metadata(exchange& x) const {
  x.out.json(200, metadata_);
  return true;
}

task<result<oauth_surface::call>> oauth_surface::begin(exchange& x) const {
  auto sent = read_form_body(x.in, parts_.settings.max_parameters);
  if (!sent) co_return sent.error();
  call c{std::move(*sent), nullptr, {}};
  auto shown = parts_.certificates.of(x);
  if (!shown) co_return shown.error();
  c.shown = std::move(*shown);
  client_credentials said;
  said.authorization = x.in.authorization;
  said.authorization_count = x.in.authorization_count;
  said.client_id = c.text("client_id");
  said.client_secret = c.text("client_secret");
  said.certificate = c.shown.get();
  auto known = co_await parts_.clients.authenticate(said);
  if (!known) co_return known.error();
  c.client = std::move(*known);
  co_return c;
}

}  // namespace multipass
