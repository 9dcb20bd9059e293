// The graceful stop: what is under way is finished, what waits is closed, what comes is refused.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;

const std::string health = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

// A connection whose second request is half sent, and known to be in the server's hands: it came in
// one segment with the first, which is answered.
std::unique_ptr<http_client> half_way(const std::string& address, const std::string& request) {
  auto c = std::make_unique<http_client>(address);
  c->send(health + request.substr(0, request.size() / 2));
  BOOST_TEST(c->read().status == 200U);
  return c;
}

// A bank's own accounts that take their time: as long as the gate is closed.
class gated_accounts final : public account_source {
 public:
  result<std::vector<account>> accounts_of(std::string_view) override {
    ++asked;
    asked.notify_all();
    gate.wait(false);
    return std::vector<account>{{account_id{7}, "John Doe", "GB01", "EUR", "[]"}};
  }
  result<std::vector<money>> balances_of(std::string_view, account_id) override {
    return std::vector<money>{};
  }
  std::atomic<int> asked = 0;
  std::atomic<bool> gate = true;  // true: open
};

bool is_refused(const std::string& address) {
  try {
    return http_client(address).closed_by_peer();
  } catch (const std::runtime_error&) {
    return true;
  }
}

void wait_until_closed_for_new_peers(const std::string& address) {
  while (!is_refused(address)) {
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_stop)

BOOST_AUTO_TEST_CASE(a_request_under_way_is_finished) {
  sandbox_gateway g;
  const auto address = g.address();
  const auto token = g.token();
  const auto request = "POST /api/tpp/accounts HTTP/1.1\r\nHost: a\r\n" + bearer_line(token) +
                       "Content-Length: 0\r\n\r\n";
  const auto c = half_way(address, request);
  std::jthread stopping([&] { (*g).stop(); });
  wait_until_closed_for_new_peers(address);
  c->send(request.substr(request.size() / 2));
  const auto r = c->read();
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(c->closed_by_peer());
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_being_made_is_waited_for) {
  gated_accounts accounts;
  ports with;
  with.accounts = &accounts;
  sandbox_gateway g([](config& c) { c.threads = 1; }, with);
  const auto address = g.address();
  const auto bearer = bearer_line(g.token());
  accounts.gate = false;
  const int asked = accounts.asked;
  http_client c(address);
  c.send("POST /api/tpp/accounts HTTP/1.1\r\nHost: a\r\n" + bearer + "Content-Length: 0\r\n\r\n");
  accounts.asked.wait(asked);
  std::jthread stopping([&] { (*g).stop(); });
  wait_until_closed_for_new_peers(address);
  accounts.gate = true;
  accounts.gate.notify_all();
  BOOST_TEST(c.read().status == 200U);
  BOOST_TEST(c.closed_by_peer());
  stopping.join();
  BOOST_TEST(g.log().find("\"connections_cut\":\"0\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(idle_connections_are_closed_and_new_ones_refused) {
  sandbox_gateway g;
  const auto address = g.address();
  const auto admin_address = g.admin_address();
  std::vector<std::unique_ptr<http_client>> idle;
  for (int i = 0; i < 10; ++i) {
    idle.push_back(std::make_unique<http_client>(address));
    if (i % 2 == 0) BOOST_TEST(idle.back()->get("/healthz").status == 200U);
  }
  std::jthread stopping([&] { (*g).stop(); });
  for (auto& c : idle) {
    BOOST_TEST(c->closed_by_peer());
    c.reset();
  }
  stopping.join();
  BOOST_CHECK_THROW(http_client{address}, std::runtime_error);
  BOOST_CHECK_THROW(http_client{admin_address}, std::runtime_error);
}

// Sent before the stop, each is answered whole; none is dropped because nobody had read it yet.
BOOST_AUTO_TEST_CASE(requests_that_wait_for_the_store_are_answered) {
  sandbox_gateway g;
  std::vector<std::unique_ptr<http_client>> peers;
  for (int i = 0; i < 20; ++i) {
    peers.push_back(std::make_unique<http_client>(g.address()));
    BOOST_TEST(peers.back()->get("/healthz").status == 200U);
  }
  for (const auto& c : peers) {
    c->send(
        "POST /api/tpp/authorize?username=username&secret=sandbox-secret&scope=account.list"
        "&redirect_uri=http://127.0.0.1:9090/callback HTTP/1.1\r\nHost: a\r\n"
        "Content-Length: 0\r\n\r\n");
  }
  for (const auto& c : peers) c->wait_until_delivered();
  std::jthread stopping([&] { (*g).stop(); });
  for (auto& c : peers) {
    const auto r = c->read();
    BOOST_TEST(r.status == 200U, r.body);
    BOOST_TEST(c->closed_by_peer());
    c.reset();
  }
  stopping.join();
  BOOST_TEST(g.log().find("\"connections_cut\":\"0\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_done_when_the_grace_ends_is_cut) {
  sandbox_gateway g([](config& c) { c.shutdown_grace = 200ms; });
  const auto c = half_way(g.address(), health);
  (*g).stop();
  BOOST_TEST(c->closed_by_peer());
  BOOST_TEST(g.log().find("\"connections_cut\":\"1\"") != std::string::npos);
}

// Between "not ready" and the closed listener a balancer has time to notice.
BOOST_AUTO_TEST_CASE(readiness_fails_first_while_requests_are_served) {
  sandbox_gateway g([](config& c) { c.shutdown_delay = 3s; });
  BOOST_TEST(g.admin_get("/readyz").status == 200U);
  std::jthread stopping([&] { (*g).stop(); });
  auto ready = g.admin_get("/readyz");
  while (ready.status == 200U) ready = g.admin_get("/readyz");
  BOOST_TEST(ready.status == 503U);
  BOOST_TEST(ready.body == R"({"message":"stopping"})");
  BOOST_TEST(get(g.address(), "/healthz").status == 200U);
  BOOST_TEST(g.read_accounts("x").status == 401U);
}

BOOST_AUTO_TEST_CASE(to_stop_twice_is_to_stop_once) {
  sandbox_gateway g;
  std::jthread first([&] { (*g).stop(); }), second([&] { (*g).stop(); });
  first.join();
  second.join();
  (*g).stop();
  const auto log = g.log();
  BOOST_TEST(log.find("\"stopped\"") == log.rfind("\"stopped\""));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
