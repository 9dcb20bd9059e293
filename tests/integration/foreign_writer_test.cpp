// Another process writes to the database behind the gateway's back: seen within the configured
// bound. The gateway's own writes are seen by the very next request.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string balance = "/api/tpp/account/balance?accountId=47669570047";

std::string account_file(const std::string& available) {
  return R"({"accounts":[{"psu":"john","id":47669570047,"name":"John Doe","iban":"GB01",)"
         R"("currency":"EUR","balances":[{"currency":"EUR","available":)" +
         available + "}]}]}";
}

struct fixture : sandbox_gateway {
  database_view other{database(), database_view::access::read_write};

  // Asks until `seen`, for much longer than the bound of 100 ms, so that a slow machine passes.
  template <class condition>
  bool is_seen(condition seen) {
    const auto limit = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < limit) {
      if (seen()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_foreign_writer, fixture)

BOOST_AUTO_TEST_CASE(a_balance_changed_by_another_process) {
  const auto t = token();
  http_client first(address()), second(address());  // one per event loop
  const auto shows = [&](const std::string& amount) {
    return [&, amount] {
      for (auto* client : {&first, &second}) {
        const auto body = client->post(balance, bearer_line(t)).body;
        if (body.find(R"("EUR","available":)" + amount + "}") == std::string::npos) return false;
      }
      return true;
    };
  };
  BOOST_TEST(shows("30.40")());
  for (const auto* minor : {"3041", "-5", "0"}) {
    other.run(std::string("UPDATE balance SET minor = ") + minor +
              " WHERE account = 47669570047 AND currency = 'EUR'");
    const std::string amount = minor == std::string("3041") ? "30.41"
                               : minor == std::string("-5") ? "-0.05"
                                                            : "0.00";
    BOOST_TEST(is_seen(shows(amount)), amount);
  }
}

BOOST_AUTO_TEST_CASE(an_own_import_is_seen_by_the_very_next_request) {
  const auto t = token();
  http_client first(address()), second(address());
  for (int i = 0; i < 20; ++i) {
    const auto amount = std::to_string(100 + i) + ".5" + std::to_string(i % 10);
    const auto r = admin_post("/admin/accounts/import", account_file("\"" + amount + "\""));
    BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
    for (auto* client : {&first, &second}) {
      const auto body = client->post(balance, bearer_line(t)).body;
      BOOST_TEST(between(body, R"("available":)", "}") == amount);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_import_that_fails_changes_nothing) {
  const auto t = token();
  const auto before = call(t, balance).body;
  const auto r = admin_post(
      "/admin/accounts/import",
      R"({"accounts":[{"psu":"john","id":47669570047,"name":"J","iban":"I","currency":"EUR",)"
      R"("balances":[]},{"psu":"nobody","id":5,"name":"N","iban":"I","currency":"EUR",)"
      R"("balances":[]}]})");
  BOOST_TEST(r.status == 400U, r.body);
  BOOST_TEST(r.body.find("nobody") != std::string::npos, r.body);
  BOOST_TEST(call(t, balance).body == before);
}

BOOST_AUTO_TEST_CASE(a_consent_ended_by_another_process) {
  const auto h = authorize();
  const auto t = redeem(h, approve(h));
  BOOST_TEST(read_accounts(t).status == 200U);
  other.run("UPDATE consent SET ended_at = granted_at + 1, reason = 2 WHERE client_number = 1");
  BOOST_TEST(is_seen([&] { return read_accounts(t).status == 401U; }));
  BOOST_TEST(revoke(t).status == 400U);
}

BOOST_AUTO_TEST_CASE(a_tpp_blocked_by_another_process) {
  const auto t = token();
  BOOST_TEST(read_accounts(t).status == 200U);
  other.run("UPDATE tpp SET blocked = 1");
  BOOST_TEST(is_seen([&] { return read_accounts(t).status == 401U; }));
  other.run("UPDATE tpp SET blocked = 0");
  BOOST_TEST(is_seen([&] { return read_accounts(t).status == 200U; }));
}

BOOST_AUTO_TEST_SUITE_END()
