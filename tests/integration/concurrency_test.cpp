// Many at once: one code redeemed by 64 connections, tokens validated on every event loop while
// another thread ends them. MULTIPASS_RACE_ROUNDS sets how often a race is run.
#include <atomic>
#include <barrier>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <functional>
#include <set>
#include <thread>
#include <vector>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

int rounds() {
  const char* set = std::getenv("MULTIPASS_RACE_ROUNDS");
  return set == nullptr ? 25 : std::atoi(set);
}

// Threads that validate one token without pause, over connections (dealt out to the event loops in
// turn) and in-process, while something ends it. A success counts as late when its request began
// after end() had been acknowledged.
class race {
 public:
  race(sandbox_gateway& g, std::string token) : gateway_(g), token_(std::move(token)) {}

  void run(const std::function<void()>& end) {
    std::vector<std::thread> validators;
    for (int i = 0; i < connections; ++i) {
      validators.emplace_back([this] {
        http_client client(gateway_.address());
        validate(
            [&] { return client.post("/api/tpp/accounts", bearer_line(token_)).status == 200U; });
      });
    }
    for (int i = 0; i < in_process; ++i) {
      validators.emplace_back([this] {
        const auto header = "Bearer " + token_;
        validate([&] {
          const auto decided = (*gateway_).authorizer().decide(header, scope::account_list);
          return decided.outcome == verdict::granted;
        });
      });
    }
    ready_.arrive_and_wait();
    end();
    // Release pairs with the acquire in validate(): who sees it began after the acknowledgement.
    acknowledged_.store(true, std::memory_order_release);
    for (auto& v : validators) v.join();
  }

  int good_before() const { return good_before_; }
  int late() const { return late_; }

 private:
  static constexpr int connections = 4;
  static constexpr int in_process = 2;
  static constexpr int tries_after = 20;

  void validate(const std::function<bool()>& request) {
    good_before_ += request();
    ready_.arrive_and_wait();
    for (int after = 0; after < tries_after;) {
      const bool begun_after = acknowledged_.load(std::memory_order_acquire);
      const bool good = request();
      after += begun_after;
      late_ += begun_after && good;
    }
  }

  sandbox_gateway& gateway_;
  const std::string token_;
  std::barrier<> ready_{connections + in_process + 1};
  std::atomic<bool> acknowledged_{false};
  std::atomic<int> good_before_{0};
  std::atomic<int> late_{0};
};

void quiet(config& c) {
  c.level = log_level::error;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_concurrency)

BOOST_AUTO_TEST_CASE(sixty_four_connections_redeem_one_code) {
  constexpr int connections = 64;
  sandbox_gateway g(quiet);
  for (int round = 0; round < 5; ++round) {
    const auto h = g.authorize();
    const auto code = g.approve(h);
    const auto target = "/api/client/token?accessCode=" + code + "&clientId=" + h.client_id;
    std::barrier<> together(connections);
    std::vector<reply> replies(connections);
    std::vector<std::thread> redeemers;
    for (auto& r : replies) {
      redeemers.emplace_back([&] {
        http_client client(g.address());
        together.arrive_and_wait();
        r = client.post(target);
      });
    }
    for (auto& t : redeemers) t.join();
    int issued = 0;
    for (const auto& r : replies) {
      BOOST_TEST((r.status == 200U || r.status == 404U), r.status << " " << r.body);
      if (r.status != 200U) continue;
      ++issued;
      const auto token = between(r.body, R"("accessToken":")", "\"");
      BOOST_TEST(g.read_accounts(token).status == 401U, "the replays have revoked it");
    }
    BOOST_TEST(issued == 1);
  }
}

BOOST_AUTO_TEST_CASE(no_success_after_an_acknowledged_revocation) {
  sandbox_gateway g(quiet);
  for (int round = 0; round < rounds(); ++round) {
    const auto token = g.token();
    race r(g, token);
    r.run([&] { BOOST_TEST(g.revoke(token).status == 200U); });
    BOOST_TEST(r.good_before() == 6);
    BOOST_TEST(r.late() == 0);
  }
}

BOOST_AUTO_TEST_CASE(no_success_after_an_acknowledged_withdrawal) {
  sandbox_gateway g(quiet);
  for (int round = 0; round < rounds(); ++round) {
    const auto h = g.authorize();
    const auto token = g.redeem(h, g.approve(h));
    const auto path = "/admin/consents/" + g.consent_id_of(h.client_id) + "/revoke";
    race r(g, token);
    r.run([&] { BOOST_TEST(g.admin_post(path).status == 200U); });
    BOOST_TEST(r.good_before() == 6);
    BOOST_TEST(r.late() == 0);
  }
}

BOOST_AUTO_TEST_CASE(no_success_after_an_acknowledged_block) {
  sandbox_gateway g(quiet);
  const auto token = g.token();
  for (int round = 0; round < rounds(); ++round) {
    race r(g, token);
    r.run([&] { BOOST_TEST(g.admin_post("/admin/tpps/username/block").status == 200U); });
    BOOST_TEST(r.good_before() == 6);
    BOOST_TEST(r.late() == 0);
    BOOST_TEST(g.admin_post("/admin/tpps/username/unblock").status == 200U);
  }
}

BOOST_AUTO_TEST_CASE(no_success_after_an_acknowledged_replay) {
  sandbox_gateway g(quiet);
  for (int round = 0; round < rounds(); ++round) {
    const auto h = g.authorize();
    const auto code = g.approve(h);
    const auto token = g.redeem(h, code);
    race r(g, token);
    r.run([&] { BOOST_TEST(g.present_code(code, h.client_id).status == 404U); });
    BOOST_TEST(r.late() == 0);
  }
}

BOOST_AUTO_TEST_CASE(tokens_issued_at_once_all_work) {
  sandbox_gateway g(quiet);
  constexpr std::size_t threads = 8;
  std::vector<std::vector<std::string>> tokens(threads);
  std::vector<std::thread> issuers;
  for (auto& mine : tokens) {
    issuers.emplace_back([&] {
      for (int i = 0; i < 20; ++i) mine.push_back(g.token());
    });
  }
  for (auto& t : issuers) t.join();
  std::set<std::string> distinct;
  for (const auto& mine : tokens) {
    for (const auto& t : mine) {
      distinct.insert(t);
      BOOST_TEST(g.read_accounts(t).status == 200U);
    }
  }
  BOOST_TEST(distinct.size() == threads * 20);
  g.stop();
  g.start();
  for (const auto& t : distinct) BOOST_TEST(g.read_accounts(t).status == 200U);
}

// Each answer belongs to its request, whatever its neighbours on the connection have to wait for.
BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  sandbox_gateway g(quiet);
  const auto cached = g.token();
  const auto fresh = g.token();
  g.read_accounts(cached);
  http_client client(g.address());
  const auto request = [](const std::string& target, const std::string& headers) {
    return "POST " + target + " HTTP/1.1\r\nHost: t\r\n" + headers + "Content-Length: 0\r\n\r\n";
  };
  client.send(request("/api/tpp/accounts", bearer_line(cached)) +
              request("/api/tpp/account?accountId=82948889462", bearer_line(fresh)) +
              request("/api/tpp/accounts", "") +
              request("/api/client/token/revoke?accessToken=" + cached, "") +
              request("/api/tpp/accounts", bearer_line(cached)) +
              request("/api/tpp/account?accountId=47669570047", bearer_line(fresh)));
  BOOST_TEST(client.read().status == 200U);
  BOOST_TEST(client.read().body.find("82948889462") != std::string::npos);
  BOOST_TEST(client.read().status == 401U);
  BOOST_TEST(client.read().body == R"({"status":"success"})");
  BOOST_TEST(client.read().status == 401U);
  BOOST_TEST(client.read().body.find("47669570047") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
