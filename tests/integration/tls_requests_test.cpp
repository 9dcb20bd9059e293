// Requests over TLS: all that HTTP can do must be the same as without it.
#include <openssl/ssl.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "support/sandbox_gateway.hpp"
#include "support/tls_client.hpp"
#include "support/tls_stage.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;

const std::string health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

struct fixture : tls_stage {
  sandbox_gateway g{[this](config& c) {
    use(c);
    c.idle_timeout = 60s;
  }};

  sandbox_client::handle authorize() {
    const auto r = tls_client(g.address())
                       .post(
                           "/api/tpp/authorize?username=username&secret=sandbox-secret"
                           "&scope=account.list&redirect_uri=http://127.0.0.1:9090/callback");
    BOOST_TEST_REQUIRE(r.status == 200U);
    const auto url = between(r.body, "\"redirectUrl\":\"", "\"");
    BOOST_TEST(url.starts_with("https://" + g.address() + "/consent?"));
    return {query_value(url, "clientId"), query_value(url, "x-request-id")};
  }
  std::string token() {
    const auto h = authorize();
    const auto code = g.approve(h);
    const auto r = tls_client(g.address())
                       .post("/api/client/token?accessCode=" + code + "&clientId=" + h.client_id);
    return between(r.body, "\"accessToken\":\"", "\"");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_tls_requests, fixture)

BOOST_AUTO_TEST_CASE(the_whole_flow) {
  const auto bearer = bearer_line(token());
  tls_client c(g.address());
  for (int i = 0; i < 3; ++i) {  // from the store, then from memory
    const auto r = c.post("/api/tpp/accounts", bearer);
    BOOST_TEST(r.status == 200U);
    BOOST_TEST(r.body.find("47669570047") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(cookies_of_the_consent_page_are_secure) {
  const auto h = authorize();
  const auto r = tls_client(g.address())
                     .get("/consent?clientId=" + h.client_id + "&x-request-id=" + h.request_id);
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(r.header("set-cookie").find("; Secure") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_byte_in_a_record_of_its_own) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_options o;
    o.version = version;
    tls_client c(g.address(), o);
    for (int round = 0; round < 2; ++round) {
      for (const char byte : health) c.send({&byte, 1});
      BOOST_TEST(c.read().status == 200U);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_requests_in_one_record_and_across_records) {
  tls_client c(g.address());
  constexpr std::size_t asked = 2000;  // more than one record, more than the input has room for
  std::string all;
  for (std::size_t i = 0; i < asked; ++i) all += health;
  c.send(all);
  std::size_t answered = 0;
  while (answered < asked && c.read().status == 200U) ++answered;
  BOOST_TEST(answered == asked);
}

BOOST_AUTO_TEST_CASE(several_records_that_come_together) {
  tls_client c(g.address());
  c.get("/healthz");
  // Not read meanwhile, so that the server finds more than one record in its socket at times.
  for (int i = 0; i < 300; ++i) c.send(health);
  for (int i = 0; i < 300; ++i) BOOST_TEST_REQUIRE(c.read().status == 200U);
}

BOOST_AUTO_TEST_CASE(a_request_right_behind_the_handshake) {
  tls_options o;
  o.version = TLS1_3_VERSION;
  for (int i = 0; i < 20; ++i) {
    tls_client c(g.address(), o);  // its last flight and the request may come as one
    BOOST_TEST(c.get("/healthz").status == 200U);
  }
}

BOOST_AUTO_TEST_CASE(a_large_body_and_a_larger_one) {
  tls_client c(g.address());
  const std::string body(65'536, ' ');
  BOOST_TEST(c.post("/api/tpp/authorize", json_line, body).status == 400U);
  BOOST_TEST(c.post("/api/tpp/authorize", json_line, body + ' ').status == 413U);
  BOOST_TEST(c.closed_by_peer());
  BOOST_TEST(c.was_told_goodbye());
}

BOOST_AUTO_TEST_CASE(an_answer_larger_than_the_socket_takes_at_once) {
  std::string rows = "id,psu,name,iban,currency,additional_data,balances\n";
  constexpr std::int64_t first = 30'000'000'000, accounts = 5000;
  for (auto id = first; id < first + accounts; ++id) {
    rows += std::to_string(id) + ",john,John " + std::string(80, 'x') + ",GB01,EUR,[],EUR 1.00\n";
  }
  const auto imported = post(g.admin_address(), "/admin/accounts/import",
                             admin_line + "Content-Type: text/csv\r\n", rows);
  BOOST_TEST_REQUIRE(imported.status / 100 == 2U, imported.body);
  const auto bearer = bearer_line(token());
  tls_options o;
  o.receive_buffer = 4096;
  tls_client c(g.address(), o);
  for (int i = 0; i < 2; ++i) {
    const auto r = c.post("/api/tpp/accounts", bearer);
    BOOST_TEST(r.status == 200U);
    BOOST_TEST(r.body.size() > 500'000U);
    BOOST_TEST(r.body.find(std::to_string(first + accounts - 1)) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(close_is_said_both_ways) {
  tls_client asks(g.address());
  BOOST_TEST(asks.get("/healthz", "Connection: close\r\n").status == 200U);
  BOOST_TEST(asks.closed_by_peer());
  BOOST_TEST(asks.was_told_goodbye());

  tls_client told(g.address());
  BOOST_TEST(told.get("/healthz").status == 200U);
  told.finish_sending();
  BOOST_TEST(told.closed_by_peer());
  BOOST_TEST(told.was_told_goodbye());
}

BOOST_AUTO_TEST_CASE(what_was_asked_before_close_notify_is_answered) {
  tls_client c(g.address());
  for (int i = 0; i < 5; ++i) c.send(health);
  c.finish_sending();
  for (int i = 0; i < 5; ++i) BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.closed_by_peer());
}

BOOST_AUTO_TEST_CASE(peers_that_go_without_a_word_leave_nothing_behind) {
  for (int i = 0; i < 20; ++i) {
    tls_client c(g.address());
    c.send(health);
  }
  while (g.metric("multipass_http_connections{listener=\"public\"}") > 0) {
  }
  BOOST_TEST(tls_client(g.address()).get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_CASE(keys_may_be_changed_at_any_time) {
  tls_options o;
  o.version = TLS1_3_VERSION;
  tls_client c(g.address(), o);
  for (int i = 0; i < 10; ++i) {
    c.send(health.substr(0, 10));
    c.update_keys();
    c.send(health.substr(10));
    BOOST_TEST(c.read().status == 200U);
  }
}

BOOST_AUTO_TEST_CASE(key_changes_without_end_harm_no_other) {
  tls_options o;
  o.version = TLS1_3_VERSION;
  tls_client flood(g.address(), o), first(g.address()), second(g.address());
  for (int i = 0; i < 20'000; ++i) flood.update_keys();
  BOOST_TEST(first.get("/healthz").status == 200U);  // one of them shares the flood's loop
  BOOST_TEST(second.get("/healthz").status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
