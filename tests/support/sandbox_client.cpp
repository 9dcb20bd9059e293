#include "support/sandbox_client.hpp"

#include <stdexcept>

namespace multipass::testing {
namespace {

reply expect_ok(reply r, const char* step) {
  if (r.status != 200) {
    throw std::runtime_error(std::string(step) + ": " + std::to_string(r.status) + " " + r.body);
  }
  return r;
}

}  // namespace

std::string bearer_line(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

void sandbox_client::move_to(std::string address, std::string admin_address) {
  address_ = std::move(address);
  admin_address_ = std::move(admin_address);
}

sandbox_client::handle sandbox_client::authorize(const std::string& scopes,
                                                 const std::string& more_parameters) {
  const auto r = expect_ok(
      post(address_, "/api/tpp/authorize?username=username&secret=sandbox-secret&scope=" +
                         percent_encode(scopes) + "&redirect_uri=http://127.0.0.1:9090/callback" +
                         more_parameters),
      "authorize");
  const auto url = between(r.body, R"("redirectUrl":")", "\"");
  return {query_value(url, "clientId"), query_value(url, "x-request-id")};
}

std::string sandbox_client::approve_uri(const handle& h, const std::string& decision) {
  const auto path = "/admin/authorizations/" + h.request_id + "/approve";
  return between(expect_ok(admin_post(path, decision), "approve").body, R"("redirectUri":")", "\"");
}

std::string sandbox_client::approve(const handle& h, const std::string& decision) {
  return query_value(approve_uri(h, decision), "accessCode");
}

std::string sandbox_client::redeem(const handle& h, const std::string& code) {
  const auto r = expect_ok(present_code(code, h.client_id), "token");
  return between(r.body, R"("accessToken":")", "\"");
}

std::string sandbox_client::token(const std::string& scopes, const std::string& decision) {
  const auto h = authorize(scopes);
  return redeem(h, approve(h, decision));
}

reply sandbox_client::present_code(const std::string& code, const std::string& client_id,
                                   const std::string& more_parameters) {
  return post(address_,
              "/api/client/token?accessCode=" + code + "&clientId=" + client_id + more_parameters);
}

reply sandbox_client::revoke(const std::string& token) {
  return post(address_, "/api/client/token/revoke?accessToken=" + token);
}

reply sandbox_client::read_accounts(const std::string& token) {
  return call(token, "/api/tpp/accounts");
}

reply sandbox_client::call(const std::string& token, const std::string& target) {
  return post(address_, target, bearer_line(token));
}

reply sandbox_client::admin_post(const std::string& path, const std::string& json) {
  return post(admin_address_, path, admin_line + json_line, json);
}

reply sandbox_client::admin_get(const std::string& path) {
  return get(admin_address_, path, admin_line);
}

std::string sandbox_client::consent_id_of(const std::string& client_id) {
  const auto list = expect_ok(admin_get("/admin/consents?limit=1000"), "consents").body;
  const auto at = list.find(R"("clientId":")" + client_id + "\"");
  if (at == std::string::npos) throw std::runtime_error("no consent of " + client_id);
  return between(std::string_view(list).substr(list.rfind(R"({"id":)", at)), R"({"id":)", ",");
}

long long sandbox_client::metric(const std::string& name) {
  const auto page = get(admin_address_, "/metrics").body;
  const auto at = page.find("\n" + name + " ");
  if (at == std::string::npos) return -1;
  return std::stoll(page.substr(at + name.size() + 2));
}

}  // namespace multipass::testing
