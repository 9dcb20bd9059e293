// What a TPP is told, and how the bank says where: over a whole gateway.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "crypto/encoding.hpp"
#include "support/sandbox_gateway.hpp"
#include "support/server_process.hpp"
#include "support/temp_folder.hpp"
#include "support/webhook_receiver.hpp"
#include "webhooks/signature.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

// "username:sandbox-secret"
const std::string basic_line = "Authorization: Basic dXNlcm5hbWU6c2FuZGJveC1zZWNyZXQ=\r\n";

struct fixture {
  webhook_receiver receiver;
  sandbox_gateway g;
  std::string address() { return (*g).public_address(); }
  reply set_webhook(const std::string& more = "") {
    return g.admin_post("/admin/tpps/username/webhook",
                        R"({"url":")" + receiver.url() + "\"" + more + "}");
  }
  reply poll(const std::string& query = "", const std::string& credentials = basic_line) {
    return get(address(), "/tpp/events" + query, credentials);
  }
  std::string states() {
    std::string text;
    const auto body = g.admin_get("/admin/events").body;
    for (auto at = body.find(R"("state":")"); at != std::string::npos;
         at = body.find(R"("state":")", at + 1)) {
      text += between(std::string_view(body).substr(at), R"("state":")", "\"") + " ";
    }
    return text;
  }
  void until_delivered(long long count) {
    const std::string name = R"(multipass_webhook_deliveries_total{outcome="delivered"})";
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (g.metric(name) != count) {
      BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  void until_states(const std::string& wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (states() != wanted) {
      BOOST_REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, states());
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_webhooks)

BOOST_FIXTURE_TEST_CASE(a_tpp_is_told_at_once_when_a_consent_ends, fixture) {
  const auto set = set_webhook();
  BOOST_TEST(set.status == 201U);
  const auto shown = between(set.body, R"("secret":"whsec_)", "\"");
  const auto secret = from_base64(shown).value();
  BOOST_TEST(secret.size() == webhook_secret_size);
  const auto h = g.authorize("account.list");
  g.redeem(h, g.approve(h));
  BOOST_TEST(g.admin_post("/admin/consents/" + g.consent_id_of(h.client_id) + "/revoke").status ==
             200U);
  const auto told = receiver.wait_for(3);
  BOOST_TEST(told[0].type() == "consent.granted");
  BOOST_TEST(told[1].type() == "consent.revoked");
  BOOST_TEST(told[2].type() == "token.revoked");
  BOOST_TEST(between(told[1].body, R"("clientId":")", "\"") == h.client_id);
  BOOST_TEST(between(told[1].body, R"("reason":")", "\"") == "withdrawn");
  const timestamp sent{std::chrono::seconds{std::stoll(told[1].header("webhook-timestamp"))}};
  BOOST_TEST(told[1].header("webhook-signature") ==
             webhook_signature("username-2", sent, told[1].body, secret));
  for (const auto& d : told) {
    for (const auto* private_part : {"john", "47669570047", "GB01"}) {
      BOOST_TEST(d.body.find(private_part) == std::string::npos, d.body);
    }
  }
  until_states("delivered delivered delivered ");
  until_delivered(3);
  for (const auto& text : {g.log(), g.admin_get("/admin/tpps").body,
                           g.admin_get("/admin/events").body, g.admin_get("/admin/audit").body}) {
    BOOST_TEST(text.find("whsec_") == std::string::npos);
    BOOST_TEST(text.find(shown) == std::string::npos);
  }
  BOOST_TEST(g.admin_get("/admin/tpps").body.find(R"("webhook":")" + receiver.url()) !=
             std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_webhook_keeps_its_secret_until_it_is_rotated, fixture) {
  const auto first = set_webhook();
  const auto again = set_webhook();
  BOOST_TEST(again.status == 200U);
  BOOST_TEST(again.body.find("secret") == std::string::npos);
  const auto rotated = set_webhook(R"(,"rotate_secret":true)");
  BOOST_TEST(rotated.status == 201U);
  BOOST_TEST(between(rotated.body, R"("secret":")", "\"") !=
             between(first.body, R"("secret":")", "\""));
}

BOOST_FIXTURE_TEST_CASE(what_the_bank_says_is_checked, fixture) {
  const auto set = [&](const std::string& body, const std::string& tpp = "username") {
    return g.admin_post("/admin/tpps/" + tpp + "/webhook", body);
  };
  BOOST_TEST(set("{}").status == 400U);
  BOOST_TEST(set(R"({"url":"http://tpp.example/"})").body == R"({"message":"url must be https"})");
  BOOST_TEST(set(R"({"url":"https://user@tpp.example/"})").status == 400U);
  BOOST_TEST(set(R"({"url":"https://tpp.example/"})", "nobody").status == 404U);
  BOOST_TEST(g.admin_post("/admin/tpps/username/webhook/remove").status == 404U);
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/replay").status == 409U);
  set_webhook();
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/replay").body ==
             R"({"status":"success","replayed":0})");
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/1/replay").status == 404U);
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/x/replay").status == 404U);
  BOOST_TEST(g.admin_post("/admin/tpps/username/webhook/remove").status == 200U);
  BOOST_TEST(g.admin_get("/admin/events?state=lost").status == 400U);
  BOOST_TEST(g.admin_get("/admin/events?after=x").status == 400U);
  BOOST_TEST(g.admin_get("/admin/events?after=nobody-1").status == 400U);
}

BOOST_FIXTURE_TEST_CASE(dead_letters_are_listed_and_replayed, fixture) {
  receiver.answer("410 Gone");
  set_webhook();
  const auto h = g.authorize("account.list");
  g.approve(h);
  until_states("dead ");
  const auto dead = g.admin_get("/admin/events?state=dead&tpp=username").body;
  BOOST_TEST(between(dead, R"("last_error":")", "\"") == "answered 410");
  BOOST_TEST(g.admin_get("/admin/events?state=pending").body == R"({"events":[]})");
  BOOST_TEST(g.admin_get("/admin/events?after=username-1").body == R"({"events":[]})");
  receiver.answer("200 OK");
  set_webhook();
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/replay").body ==
             R"({"status":"success","replayed":1})");
  until_states("delivered ");
  const auto told = receiver.wait_for(2);
  BOOST_TEST(told[0].header("webhook-id") == told[1].header("webhook-id"));
  BOOST_TEST(told[0].body == told[1].body);
  BOOST_TEST(g.admin_post("/admin/tpps/username/events/1/replay").status == 200U);
  receiver.wait_for(3);
}

BOOST_FIXTURE_TEST_CASE(a_tpp_that_cannot_be_called_polls, fixture) {
  BOOST_TEST(poll().body == R"({"events":[],"next":0,"more":false})");
  const auto h = g.authorize("account.list");
  const auto token = g.redeem(h, g.approve(h));
  g.revoke(token);
  const auto all = poll();
  BOOST_TEST(all.status == 200U);
  BOOST_TEST(all.body.starts_with(
      R"({"events":[{"id":"username-1","type":"consent.granted","timestamp":)"));
  BOOST_TEST(all.body.ends_with(R"("next":3,"more":false})"));
  BOOST_TEST(all.body == poll().body, "nothing is consumed");
  const auto first = poll("?limit=1").body;
  BOOST_TEST(first.ends_with(R"("next":1,"more":true})"));
  const auto rest = poll("?after=1&limit=2").body;
  BOOST_TEST(rest.starts_with(R"({"events":[{"id":"username-2","type":"consent.revoked")"));
  BOOST_TEST(rest.find(R"("reason":"revoked_by_tpp")") != std::string::npos);
  BOOST_TEST(rest.ends_with(R"("next":3,"more":false})"));
  BOOST_TEST(poll("?after=3").body == R"({"events":[],"next":3,"more":false})");
}

BOOST_FIXTURE_TEST_CASE(a_poll_is_for_the_tpp_alone, fixture) {
  const auto h = g.authorize("account.list");
  g.approve(h);
  for (const auto& credentials :
       {std::string(), "Authorization: Basic " + base64("username:wrong") + "\r\n",
        "Authorization: Basic " + base64("nobody:sandbox-secret") + "\r\n"}) {
    const auto r = poll("", credentials);
    BOOST_TEST(r.status == 401U, credentials);
    BOOST_TEST(r.header("www-authenticate").starts_with("Basic"));
    BOOST_TEST(r.body.find("username-1") == std::string::npos);
  }
  for (const auto* query : {"?after=x", "?after=-1", "?limit=0", "?limit=1001",
                            "?limit=", "?after=1&after=2", "?after=99999999999999999999"}) {
    BOOST_TEST(poll(query).status == 400U, query);
  }
  const std::string other = R"({"username":"other","name":"Other","redirect_uris":)"
                            R"(["https://other.example/"],"scopes":"account.list"})";
  const auto secret = between(g.admin_post("/admin/tpps", other).body, R"("secret":")", "\"");
  const auto others = "Authorization: Basic " + base64("other:" + secret) + "\r\n";
  BOOST_TEST(poll("", others).body == R"({"events":[],"next":0,"more":false})");
}

BOOST_AUTO_TEST_CASE(an_event_survives_the_death_of_the_process_under_its_id) {
  temp_folder folder;
  webhook_receiver receiver;
  receiver.hold(true);
  std::string body;
  {
    server_process server(folder.file("killed.db"));
    server.client().admin_post("/admin/tpps/username/webhook",
                               R"({"url":")" + receiver.url() + "\"}");
    server.client().approve(server.client().authorize("account.list"));
    body = receiver.wait_for(1)[0].body;
    server.kill();
  }
  receiver.hold(false);
  server_process server(folder.file("killed.db"));
  const auto again = receiver.wait_for(2)[1];
  BOOST_TEST(again.header("webhook-id") == "username-1");
  BOOST_TEST(again.body == body);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
