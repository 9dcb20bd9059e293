// How a token ends: by its own end of life, its consent's, revocation, withdrawal, or a blocked
// TPP. Whatever ends it, the very next request with it fails.
#include <boost/test/unit_test.hpp>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

void short_tokens(config& c) {
  c.token_ttl = 1h;
  c.consent_ttl = 24h;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_token_life)

BOOST_AUTO_TEST_CASE(a_token_expires_at_its_second) {
  sandbox_gateway g(short_tokens);
  const auto h = g.authorize();
  const auto r = g.present_code(g.approve(h), h.client_id);
  BOOST_TEST(between(r.body, R"("expiresIn":)", ",") == "3600");
  const auto t = between(r.body, R"("accessToken":")", "\"");
  g.clock().advance(3599s);
  BOOST_TEST(g.read_accounts(t).status == 200U);
  g.clock().advance(1s);
  BOOST_TEST(g.read_accounts(t).status == 401U);
  BOOST_TEST(g.revoke(t).status == 400U);
}

BOOST_AUTO_TEST_CASE(a_consent_ends_at_its_second_whatever_the_token_says) {
  sandbox_gateway g;
  const auto t = g.token();
  g.clock().advance(180 * 24h - 1s);
  BOOST_TEST(g.read_accounts(t).status == 200U);
  g.clock().advance(1s);
  BOOST_TEST(g.read_accounts(t).status == 401U);
  g.stop();
  g.start();
  BOOST_TEST(g.read_accounts(t).status == 401U);
}

BOOST_AUTO_TEST_CASE(expires_in_is_what_is_left_of_the_token_when_it_is_issued) {
  sandbox_gateway g(short_tokens);
  const auto h = g.authorize();
  const auto code = g.approve(h);
  g.clock().advance(30s);  // the consent's life began at the approval, the token's begins now
  const auto r = g.present_code(code, h.client_id);
  BOOST_TEST(between(r.body, R"("expiresIn":)", ",") == "3600");
  const auto t = between(r.body, R"("accessToken":")", "\"");
  g.clock().advance(3599s);
  BOOST_TEST(g.read_accounts(t).status == 200U);
  g.clock().advance(1s);
  BOOST_TEST(g.read_accounts(t).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_withdrawn_consent_ends_the_token_at_once) {
  sandbox_gateway g;
  const auto h = g.authorize();
  const auto t = g.redeem(h, g.approve(h));
  const auto other = g.token();
  BOOST_TEST(g.read_accounts(t).status == 200U);
  const auto path = "/admin/consents/" + g.consent_id_of(h.client_id) + "/revoke";
  BOOST_TEST(g.admin_post(path).status == 200U);
  BOOST_TEST(g.read_accounts(t).status == 401U);
  BOOST_TEST(g.revoke(t).status == 400U);
  BOOST_TEST(g.admin_post(path).status == 409U);
  BOOST_TEST(g.read_accounts(other).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_blocked_tpps_tokens_stop_at_once_and_come_back) {
  sandbox_gateway g;
  const auto cached = g.token();
  const auto uncached = g.token();
  BOOST_TEST(g.read_accounts(cached).status == 200U);
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(g.admin_post("/admin/tpps/username/block").status == 200U);
    BOOST_TEST(g.read_accounts(cached).status == 401U);
    BOOST_TEST(g.read_accounts(cached).status == 401U, "from memory as well");
    BOOST_TEST(g.read_accounts(uncached).status == 401U);
    BOOST_TEST(g.admin_post("/admin/tpps/username/unblock").status == 200U);
    BOOST_TEST(g.read_accounts(cached).status == 200U);
    BOOST_TEST(g.read_accounts(uncached).status == 200U);
  }
}

BOOST_AUTO_TEST_CASE(a_revoked_token_leaves_others_alone) {
  sandbox_gateway g;
  const auto t = g.token();
  const auto other = g.token();
  BOOST_TEST(g.revoke(t).status == 200U);
  BOOST_TEST(g.read_accounts(t).status == 401U);
  BOOST_TEST(g.read_accounts(other).status == 200U);
}

BOOST_AUTO_TEST_CASE(the_embedders_authorizer_decides_the_same) {
  sandbox_gateway g;
  const auto t = g.token("account.list");
  const auto header = "Bearer " + t;
  auto& a = (*g).authorizer();
  BOOST_TEST((a.decide(header, scope::account_list).outcome == verdict::granted));
  BOOST_TEST((a.decide(header, scope::account_balance).outcome == verdict::insufficient_scope));
  BOOST_TEST((a.decide_from_cache(header, scope::account_list)->outcome == verdict::granted));
  BOOST_TEST((a.decide("", scope::account_list).outcome == verdict::missing));
  BOOST_TEST((a.decide("Bearer x", scope::account_list).outcome == verdict::malformed));
  BOOST_TEST((a.decide("Bearer gbOyNBXkxceJDGBsz9onYsXK5", scope::account_list).outcome ==
              verdict::unknown));
  g.revoke(t);
  BOOST_TEST((a.decide(header, scope::account_list).outcome == verdict::unknown));
  const auto old = g.token();
  g.clock().advance(180 * 24h);
  BOOST_TEST((a.decide("Bearer " + old, scope::account_list).outcome == verdict::expired));
}

BOOST_AUTO_TEST_SUITE_END()
