#include <boost/test/unit_test.hpp>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

BOOST_AUTO_TEST_SUITE(integration_operations)

BOOST_AUTO_TEST_CASE(health_is_on_both_listeners_and_readiness_on_the_private_one) {
  sandbox_gateway g;
  BOOST_TEST(get(g.address(), "/healthz").status == 200);
  BOOST_TEST(get(g.admin_address(), "/healthz").status == 200);
  BOOST_TEST(get(g.admin_address(), "/readyz").body == R"({"status":"ready"})");
  BOOST_TEST(get(g.address(), "/readyz").status == 404);
  BOOST_TEST(get(g.address(), "/metrics").status == 404);
  BOOST_TEST(get(g.address(), "/admin/tpps", admin_line).status == 404);
}

BOOST_AUTO_TEST_CASE(metrics_count_requests_by_endpoint_and_status) {
  sandbox_gateway g;
  const auto token = g.token();
  for (int i = 0; i < 3; ++i) BOOST_TEST(g.read_accounts(token).status == 200);
  g.read_accounts("AAAAAAAAAAAAAAAAAAAAAAAAA");
  const std::string requests =
      "multipass_http_requests_total{listener=\"public\",endpoint=\"accounts\"";
  BOOST_TEST(g.metric(requests + ",status=\"200\"}") == 3);
  BOOST_TEST(g.metric(requests + ",status=\"401\"}") == 1);
  const std::string seconds = "multipass_http_request_seconds_";
  const std::string accounts = "listener=\"public\",endpoint=\"accounts\"";
  BOOST_TEST(g.metric(seconds + "count{" + accounts + "}") == 4);
  BOOST_TEST(g.metric(seconds + "bucket{" + accounts + ",le=\"+Inf\"}") == 4);
  BOOST_TEST(g.metric("multipass_token_lookups_total{outcome=\"hit\"}") == 3);
  BOOST_TEST(g.metric("multipass_token_lookups_total{outcome=\"forged\"}") == 1);
  BOOST_TEST(g.metric("multipass_store_commit_seconds_count") > 0);
}

BOOST_AUTO_TEST_CASE(the_log_is_json_lines_without_secrets) {
  sandbox_gateway g;
  const auto h = g.authorize();
  const auto code = g.approve(h);
  const auto token = g.redeem(h, code);
  g.read_accounts(token);
  g.read_accounts("BBBBBBBBBBBBBBBBBBBBBBBBB");
  post(g.address(),
       "/api/tpp/authorize?username=username&secret=wrong-secret-1&scope=account.list"
       "&redirect_uri=http://127.0.0.1:9090/callback");
  g.revoke(token);
  const auto log = g.log();
  for (const auto& secret :
       {std::string("sandbox-secret"), std::string("sandbox-admin-key"),
        std::string("wrong-secret-1"), h.request_id, code, token, std::string("BBBBBBBBBB")}) {
    BOOST_TEST(log.find(secret) == std::string::npos, "the log holds " << secret);
  }
  for (const auto* event : {"started", "authorization_started", "consent_granted", "token_issued",
                            "token_revoked", "tpp_refused"}) {
    BOOST_TEST(log.find(std::string(R"("event":")") + event) != std::string::npos, event);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass::testing
