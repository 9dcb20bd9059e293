#include "admin/admin_endpoints.hpp"

#include <boost/json/serialize.hpp>
#include <memory>
#include <utility>

#include "http/header_field.hpp"
#include "http/problem.hpp"

namespace multipass {

namespace {

struct admin_api {
  admin_services services;
  digest key;  // digests have one length, so comparing them tells nothing of the key's
};

// RFC 6750, section 2.1. The scheme's case does not matter (RFC 9110, section 11.1).
result<void> authenticate(const request& in, const digest& key) {
  if (in.authorization_count > 1) {
    return fail(errc::invalid_input, "More than one Authorization header");
  }
  constexpr std::string_view scheme = "bearer ";
  const std::string_view header = in.authorization;
  if (!equals_lower(header.substr(0, scheme.size()), scheme)) {
    return fail(errc::unauthorized, "The admin key is missing: Authorization: Bearer <admin key>");
  }
  if (!equal_in_constant_time(sha256(header.substr(scheme.size())), key)) {
    return fail(errc::unauthorized, "The admin key is wrong");
  }
  return {};
}

void answer_failure(exchange& x, const error& e) {
  if (e.code == errc::unauthorized) {
    x.out.problem(status_of(e.code), e.message, "WWW-Authenticate: Bearer\r\n");
  } else {
    answer_problem(x.out, e);
  }
}

task<> serve(std::shared_ptr<const admin_api> api, admin_handler handle, exchange& x) {
  if (const auto known = authenticate(x.in, api->key); !known) {
    answer_failure(x, known.error());
    co_return;
  }
  const auto answer = co_await handle(api->services, x.in);
  if (!answer) {
    answer_failure(x, answer.error());
    co_return;
  }
  x.out.json(answer->status, boost::json::serialize(answer->body));
}

}  // namespace

endpoint_table admin_endpoints(const admin_services& services, std::string_view admin_key) {
  const auto api = std::make_shared<const admin_api>(admin_api{services, sha256(admin_key)});
  endpoint_table table;
  for (const auto rows : {tpp_rows, psu_rows, account_rows, consent_rows, authorization_rows,
                          audit_rows, webhook_rows, openapi_rows}) {
    for (const admin_row& row : rows()) {
      auto handle = [api, handler = row.handle](exchange& x) { return serve(api, handler, x); };
      table.push_back({row.method, row.path, row.name, std::move(handle), {}});
    }
  }
  return table;
}

}  // namespace multipass
