// What a TPP is told of the consents it asked for, and when a consent was last used.
#include <boost/beast/core/detail/base64.hpp>
#include <boost/test/unit_test.hpp>

#include "support/certified_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

// The manual clock starts at 2027-01-15T08:00:00Z.
const std::string start = "2027-01-15T08:00:00Z";
const std::string last_of_consent = "2027-07-14T08:00:00Z";

std::string basic_line(const std::string& pair) {
  std::string text(boost::beast::detail::base64::encoded_size(pair.size()), '\0');
  text.resize(boost::beast::detail::base64::encode(text.data(), pair.data(), pair.size()));
  return "Authorization: Basic " + text + "\r\n";
}

const std::string own = basic_line("username:sandbox-secret");

reply status_of(sandbox_client& g, const std::string& client_id, const std::string& who = own) {
  return get(g.address(), "/tpp/consents/" + client_id, who);
}

std::string granted(const std::string& status, const std::string& more = {},
                    const std::string& reason = {}) {
  return R"({"clientId":"username__1","status":")" + status + '"' + reason +
         R"(,"scope":"account.list","grantedAt":")" + start + R"(","expiresAt":")" +
         last_of_consent + '"' + more + '}';
}

std::string asked(const std::string& status) {
  return R"({"clientId":"username__1","status":")" + status +
         R"(","scope":"account.list","expiresAt":"2027-01-15T08:30:00Z"})";
}

std::string other_tpp(sandbox_client& g) {
  const auto added =
      g.admin_post("/admin/tpps",
                   R"({"username":"bolt","name":"Bolt","scopes":["account.list"],"redirect_uris":)"
                   R"(["https://bolt.example/back"]})");
  return basic_line("bolt:" + between(added.body, R"("secret":")", "\""));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_consent_status)

BOOST_AUTO_TEST_CASE(a_request_waits_until_it_is_decided_or_nobody_came) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  const auto waiting = status_of(g, h.client_id);
  BOOST_TEST(waiting.status == 200U);
  BOOST_TEST(waiting.header("content-type") == "application/json");
  BOOST_TEST(waiting.header("cache-control") == "no-store");
  BOOST_TEST(waiting.body == asked("pending"));
  g.clock().advance(30min);
  BOOST_TEST(status_of(g, h.client_id).body == asked("timed_out"));
}

BOOST_AUTO_TEST_CASE(a_denied_request_says_so) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  g.admin_post("/admin/authorizations/" + h.request_id + "/deny");
  BOOST_TEST(status_of(g, h.client_id).body == asked("denied"));
  g.clock().advance(30min);
  BOOST_TEST(status_of(g, h.client_id).body == asked("denied"));
}

BOOST_AUTO_TEST_CASE(expired_is_not_withdrawn) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  g.redeem(h, g.approve(h));
  BOOST_TEST(status_of(g, h.client_id).body == granted("active"));
  g.clock().advance(180 * 24h - 1s);
  BOOST_TEST(status_of(g, h.client_id).body == granted("active"));
  g.clock().advance(1s);
  BOOST_TEST(status_of(g, h.client_id).body == granted("expired"));
}

BOOST_AUTO_TEST_CASE(what_ended_before_its_time_says_when_and_why) {
  const auto ended = [](const std::string& reason) {
    return granted("revoked", R"(,"endedAt":"2027-01-15T09:00:00Z")",
                   R"(,"reason":")" + reason + '"');
  };
  {
    sandbox_gateway g;
    const auto h = g.authorize("account.list");
    g.approve(h);
    g.clock().advance(1h);
    g.admin_post("/admin/consents/" + g.consent_id_of(h.client_id) + "/revoke");
    g.clock().advance(1h);
    BOOST_TEST(status_of(g, h.client_id).body == ended("withdrawn"));
    g.clock().advance(200 * 24h);
    BOOST_TEST(status_of(g, h.client_id).body == ended("withdrawn"));
  }
  {
    sandbox_gateway g;
    const auto h = g.authorize("account.list");
    const auto token = g.redeem(h, g.approve(h));
    g.clock().advance(1h);
    g.revoke(token);
    BOOST_TEST(status_of(g, h.client_id).body == ended("revoked_by_tpp"));
  }
}

BOOST_AUTO_TEST_CASE(another_tpps_client_is_as_unknown_as_none) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  const auto bolt = other_tpp(g);
  for (const auto& [id, who] : {std::pair{h.client_id, bolt},
                                {std::string("username__2"), own},
                                {std::string("username__0"), own},
                                {std::string("username"), own},
                                {std::string("%zz"), own},
                                {std::string("bolt__1"), bolt},
                                {std::string("username__99999999999999999999"), own}}) {
    const auto unknown = status_of(g, id, who);
    BOOST_TEST(unknown.status == 404U, id);
    BOOST_TEST(unknown.body == R"({"message":"Entity not found"})", id);
  }
  BOOST_TEST(status_of(g, "user%6Eame__1").status == 200U);
}

BOOST_AUTO_TEST_CASE(who_is_not_known_learns_how_to_be) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  for (const auto& who : {std::string{}, basic_line("username:wrong"), basic_line("nobody:x")}) {
    const auto refused = status_of(g, h.client_id, who);
    BOOST_TEST(refused.status == 401U, who);
    BOOST_TEST(refused.header("www-authenticate") ==
               "Basic realm=\"multipass\", charset=\"UTF-8\"");
    BOOST_TEST(refused.body.find("Send Authorization: Basic with the TPP's user name") !=
                   std::string::npos,
               refused.body);
  }
  BOOST_TEST(status_of(g, h.client_id, "Authorization: Bearer x\r\n").status == 400U);
  BOOST_TEST(post(g.address(), "/tpp/consents/" + h.client_id, own).status == 405U);
  g.admin_post("/admin/tpps/username/block");
  BOOST_TEST(status_of(g, h.client_id).status == 403U);
}

// Another organization's certificate makes no TPP of this one's.
BOOST_AUTO_TEST_CASE(a_certificate_is_enough_where_the_tpp_has_one) {
  sandbox_gateway g(behind_balancer);
  const certified_tpp tpp(g);
  const auto id = tpp.approved().client_id;
  const auto ask = [&](const std::string& certificate, const std::string& query = {}) {
    return get(g.address(), "/tpp/consents/" + id + query, test_pki::get().header(certificate));
  };
  const auto known = ask("good");
  BOOST_TEST(known.status == 200U);
  BOOST_TEST(known.body.starts_with(R"({"clientId":")" + id + R"(","status":"active")"));
  BOOST_TEST(ask("good", "?client_id=qwac-tpp").status == 200U);
  BOOST_TEST(ask("good", "?client_id=username").status == 401U);
  BOOST_TEST(ask("").status == 401U);
  const auto secret = basic_line("qwac-tpp:sandbox-secret");
  BOOST_TEST(status_of(g, id, secret).status == 401U);
}

BOOST_AUTO_TEST_CASE(the_last_use_shows_after_a_while) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  const auto token = g.redeem(h, g.approve(h));
  g.stop();
  g.start();
  BOOST_TEST(status_of(g, h.client_id).body == granted("active"));
  g.clock().advance(1h);
  BOOST_TEST(g.read_accounts(token).status == 200U);
  g.stop();  // which writes what half a minute would
  g.start();
  const std::string hour = R"(,"lastUsedAt":"2027-01-15T09:00:00Z")";
  BOOST_TEST(status_of(g, h.client_id).body == granted("active", hour));
  BOOST_TEST(g.admin_get("/admin/consents").body.find(hour) != std::string::npos);
  g.clock().advance(1h);
  for (int i = 0; i < 3; ++i) BOOST_TEST(g.read_accounts(token).status == 200U);
  g.stop();
  g.start();
  BOOST_TEST(status_of(g, h.client_id).body ==
             granted("active", R"(,"lastUsedAt":"2027-01-15T10:00:00Z")"));
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_no_use) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list");
  const auto token = g.redeem(h, g.approve(h));
  BOOST_TEST(g.call(token, "/api/tpp/account?accountId=47669570047").status == 403U);
  BOOST_TEST(g.call(token + "x", "/api/tpp/accounts").status == 401U);
  g.stop();
  g.start();
  BOOST_TEST(status_of(g, h.client_id).body == granted("active"));
}

BOOST_AUTO_TEST_SUITE_END()
