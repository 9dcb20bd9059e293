// 503 with Retry-After: what the gateway answers while its store, or a bank's own account source,
// cannot be asked. It fails closed, and what is in memory goes on.
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

void check_unavailable(const reply& r) {
  BOOST_TEST(r.status == 503U, r.body);
  BOOST_TEST(!r.header("retry-after").empty());
  BOOST_TEST(r.body.starts_with(R"({"message":")"), r.body);
}

struct away : account_source {
  errc why = errc::unavailable;
  result<std::vector<account>> accounts_of(std::string_view) override {
    if (why == errc::not_found) return std::vector<account>{{account_id{1}, "A", "I", "EUR", "[]"}};
    return fail(why, "core system core-17.bank.internal does not answer");
  }
  result<std::vector<money>> balances_of(std::string_view, account_id) override {
    return fail(why, "core system core-17.bank.internal does not answer");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_store_unavailable)

BOOST_AUTO_TEST_CASE(a_locked_database) {
  sandbox_gateway g;
  const auto cached = g.token();
  BOOST_TEST(g.read_accounts(cached).status == 200U);
  const auto h = g.authorize();
  const auto code = g.approve(h);
  database_view other(g.database(), database_view::access::read_write);
  other.run("BEGIN IMMEDIATE");
  const auto before = other.dump();
  check_unavailable(g.present_code(code, h.client_id));
  check_unavailable(g.revoke(cached));
  BOOST_TEST(get(g.admin_address(), "/readyz").status == 503U);
  BOOST_TEST(g.read_accounts(cached).status == 200U, "a hit goes on");
  BOOST_TEST(other.dump() == before);
  BOOST_TEST(g.log().find("\"event\":\"store_unavailable\",\"reason\":\"The store is unavailable: "
                          "the database is locked by another process") != std::string::npos);
  other.run("ROLLBACK");
  BOOST_TEST(g.present_code(code, h.client_id).status == 200U, "the code was not used up");
  BOOST_TEST(g.revoke(cached).status == 200U);
  BOOST_TEST(g.read_accounts(cached).status == 401U);
  BOOST_TEST(get(g.admin_address(), "/readyz").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_full_queue) {
  sandbox_gateway g([](config& c) { c.store_queue = 4; });
  const auto h = g.authorize();
  const auto t = g.token();
  database_view other(g.database(), database_view::access::read_write);
  other.run("BEGIN IMMEDIATE");
  // The writer waits with the first, four wait in the queue, where the gateway's own work has room
  // before, and the next finds it full. The first are refused as well when the wait for the lock
  // ends; all have been told to retry.
  std::vector<reply> replies(16);
  std::vector<std::thread> askers;
  for (auto& r : replies) askers.emplace_back([&] { r = g.revoke(t); });
  for (auto& asker : askers) asker.join();
  for (const auto& r : replies) check_unavailable(r);
  BOOST_TEST(g.metric("multipass_store_refused_total") > 0);
  other.run("ROLLBACK");
  BOOST_TEST(g.revoke(t).status == 200U);
}

BOOST_AUTO_TEST_CASE(an_account_source_that_fails) {
  away source;
  source.why = errc::not_found;
  ports with;
  with.accounts = &source;
  sandbox_gateway g(nullptr, with);
  const auto t = g.token();
  BOOST_TEST(g.call(t, "/api/tpp/account/balance?accountId=1").status == 404U);
  for (const errc why : {errc::unavailable, errc::overloaded}) {
    source.why = why;
    for (const auto* target : {"/api/tpp/accounts", "/api/tpp/account?accountId=1",
                               "/api/tpp/account/balance?accountId=1"}) {
      const auto r = g.call(t, target);
      check_unavailable(r);
      BOOST_TEST(r.body.find("core-17") == std::string::npos, "the bank's names stay inside");
    }
  }
}

// account_source.hpp: "A failure other than not_found reaches the TPP as 503".
BOOST_AUTO_TEST_CASE(any_failure_of_an_account_source_is_503) {
  away source;
  source.why = errc::not_found;
  ports with;
  with.accounts = &source;
  sandbox_gateway g(nullptr, with);
  const auto t = g.token();
  for (const errc why :
       {errc::unavailable, errc::invalid_input, errc::unauthorized, errc::forbidden, errc::conflict,
        errc::too_large, errc::unsupported_media, errc::bad_configuration}) {
    source.why = why;
    for (const auto* target : {"/api/tpp/accounts", "/api/tpp/account/balance?accountId=1"}) {
      const auto r = g.call(t, target);
      check_unavailable(r);
      BOOST_TEST(r.body.find("core-17") == std::string::npos, "the bank's names stay inside");
    }
  }
  // The bank's trouble is not the store's: the gateway stays in the balancer's rotation.
  BOOST_TEST(get(g.admin_address(), "/readyz").status == 200U);
  BOOST_TEST(g.metric("multipass_store_failed_commits_total") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
