// The four-a-day rule (RTS, Art. 36(5)(b)) as a TPP meets it: how often it may read accounts while
// the PSU is not there, and what it is told when it may not.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "support/sandbox_gateway.hpp"
#include "support/server_process.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string list = "/api/tpp/accounts";
const std::string details = "/api/tpp/account?accountId=47669570047";
const std::string balance = "/api/tpp/account/balance?accountId=47669570047";
const std::string other_balance = "/api/tpp/account/balance?accountId=82948889462";

void four_a_day(config& c) {
  c.unattended_reads = 4;
}

unsigned attended(sandbox_client& g, const std::string& token, const std::string& target,
                  const std::string& address = "192.0.2.1") {
  return post(g.address(), target, bearer_line(token) + "PSU-IP-Address: " + address + "\r\n")
      .status;
}

// The limit and the one beyond.
void check_four(sandbox_client& g, const std::string& token, const std::string& target) {
  for (int i = 0; i < 4; ++i) BOOST_TEST(g.call(token, target).status == 200U, target);
  BOOST_TEST(g.call(token, target).status == 429U, target);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_unattended_reads)

BOOST_AUTO_TEST_CASE(the_fifth_is_refused_until_the_first_is_24_hours_old) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  BOOST_TEST(g.call(t, balance).status == 200U);
  g.clock().advance(10s);
  for (int i = 0; i < 3; ++i) BOOST_TEST(g.call(t, balance).status == 200U);
  const auto refused = g.call(t, balance);
  BOOST_TEST(refused.status == 429U);
  BOOST_TEST(refused.header("retry-after") == "86390");
  BOOST_TEST(refused.header("content-type") == "application/json");
  BOOST_TEST(refused.body ==
             R"({"message":"Without the PSU (no PSU-IP-Address) at most 4 reads in 24 hours are )"
             R"(allowed of /api/tpp/account/balance for account 47669570047; )"
             R"(the next from Sat, 16 Jan 2027 08:00:00 GMT on"})");
  g.clock().advance(24h - 11s);
  BOOST_TEST(g.call(t, balance).header("retry-after") == "1");
  g.clock().advance(1s);
  BOOST_TEST(g.call(t, balance).status == 200U);
  const auto again = g.call(t, balance);
  BOOST_TEST(again.status == 429U);
  BOOST_TEST(again.header("retry-after") == "10");
  BOOST_TEST(g.metric("multipass_unattended_reads_refused_total") == 3);
}

BOOST_AUTO_TEST_CASE(each_endpoint_account_and_consent_has_its_own_four) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  for (const auto& target : {list, details, balance, other_balance}) check_four(g, t, target);
  const auto message = g.call(t, list).body;
  BOOST_TEST(message.find("/api/tpp/accounts; the next") != std::string::npos, message);
  check_four(g, g.token(), balance);
}

BOOST_AUTO_TEST_CASE(reads_with_the_psu_present_are_free) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  for (int i = 0; i < 6; ++i) BOOST_TEST(attended(g, t, balance) == 200U);
  check_four(g, t, balance);
  BOOST_TEST(attended(g, t, balance) == 200U);
  BOOST_TEST(attended(g, t, balance, "2001:db8::7") == 200U);
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_no_psu) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  check_four(g, t, list);
  for (const char* none : {"yes", "192.0.2", "192.0.2.1, 192.0.2.2", "192.0.2.256", "fe80::1%lo",
                           "2001:db8::7:", "[2001:db8::7]", "192.0.2.1:80"}) {
    BOOST_TEST(attended(g, t, list, none) == 429U, none);
  }
}

BOOST_AUTO_TEST_CASE(only_what_is_answered_counts) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token("account.list account.balance");
  for (int i = 0; i < 6; ++i) {
    BOOST_TEST(g.call(t, details).status == 403U);
    BOOST_TEST(g.call(t, "/api/tpp/account/balance?accountId=10000000001").status == 404U);
    BOOST_TEST(g.call(t, "/api/tpp/account/balance?accountId=x").status == 400U);
    BOOST_TEST(g.call(t + "x", balance).status == 401U);
  }
  check_four(g, t, balance);
}

BOOST_AUTO_TEST_CASE(a_revoked_token_is_told_so_and_not_to_wait) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  check_four(g, t, list);
  g.revoke(t);
  BOOST_TEST(g.call(t, list).status == 401U);
}

BOOST_AUTO_TEST_CASE(off_by_default) {
  sandbox_gateway g;
  const auto t = g.token();
  for (int i = 0; i < 20; ++i) BOOST_TEST(g.call(t, list).status == 200U);
}

BOOST_AUTO_TEST_CASE(what_was_read_before_a_restart_counts) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  for (int i = 0; i < 3; ++i) BOOST_TEST(g.call(t, list).status == 200U);
  g.stop();
  g.start();
  BOOST_TEST(g.call(t, list).status == 200U);
  g.stop();
  g.start();
  BOOST_TEST(g.call(t, list).status == 429U);
  g.clock().advance(24h);
  BOOST_TEST(g.call(t, list).status == 200U);
}

BOOST_AUTO_TEST_CASE(what_was_read_before_kill_9_counts) {
  const temp_folder folder;
  const std::vector<std::string> limit{"--unattended-reads", "4"};
  std::string t;
  {
    server_process server(folder.file("killed.db"), limit);
    t = server.client().token();
    for (int i = 0; i < 4; ++i) BOOST_TEST(server.client().call(t, list).status == 200U);
    server.kill();
  }
  server_process server(folder.file("killed.db"), limit);
  BOOST_TEST(server.client().call(t, list).status == 429U);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_put_back_grants_nothing) {
  sandbox_gateway g(four_a_day);
  const auto t = g.token();
  g.clock().advance(20h);
  check_four(g, t, list);
  g.clock().advance(-19h);
  const auto refused = g.call(t, list);
  BOOST_TEST(refused.status == 429U);
  BOOST_TEST(refused.header("retry-after") == std::to_string(43 * 3600));
}

BOOST_AUTO_TEST_CASE(racing_readers_are_answered_four_times) {
  sandbox_gateway g(four_a_day);
  for (int round = 0; round < 5; ++round) {
    const auto t = g.token();
    std::atomic<int> good{0}, refused{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 8; ++i) {
      readers.emplace_back([&] {
        http_client client(g.address());
        for (int n = 0; n < 3; ++n) {
          const auto status = client.post(list, bearer_line(t)).status;
          good += status == 200U ? 1 : 0;
          refused += status == 429U ? 1 : 0;
        }
      });
    }
    for (auto& r : readers) r.join();
    BOOST_TEST(good == 4);
    BOOST_TEST(refused == 20);
  }
}

BOOST_AUTO_TEST_SUITE_END()
