// A read of the store is on its way back while what it read ends. Whatever that one request is
// answered (it began before), nothing of the past may stay in memory for the next.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

#include "support/paused_store.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

struct fixture {
  temp_folder folder;
  paused_store store{folder.file("paused.db")};
  sandbox_gateway g{nullptr, {nullptr, &store, nullptr, {}}};

  // A token that the gateway's memory does not know, with the code and client it came from.
  struct cold_token {
    sandbox_client::handle from;
    std::string code, token;
  };
  cold_token issue() {
    cold_token t;
    t.from = g.authorize();
    t.code = g.approve(t.from);
    t.token = g.redeem(t.from, t.code);
    g.stop();
    g.start();
    return t;
  }

  // Runs `change` while `reading` is held behind its read.
  static void during(gate& held, const std::function<void()>& reading,
                     const std::function<void()>& change) {
    held.hold_next();
    std::thread reader(reading);
    held.wait_until_held();
    change();
    held.release();
    reader.join();
  }

  void check_ended(const std::string& token) {
    http_client first(g.address()), second(g.address());  // one per event loop
    for (int i = 0; i < 3; ++i) {
      BOOST_TEST(first.post("/api/tpp/accounts", bearer_line(token)).status == 401U);
      BOOST_TEST(second.post("/api/tpp/accounts", bearer_line(token)).status == 401U);
    }
    const auto decided = (*g).authorizer().decide("Bearer " + token, scope::account_list);
    BOOST_TEST((decided.outcome == verdict::unknown));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_stale_fill, fixture)

BOOST_AUTO_TEST_CASE(revoked_while_it_was_read) {
  const auto t = issue();
  during(
      store.tokens, [&] { g.read_accounts(t.token); },
      [&] { BOOST_TEST(g.revoke(t.token).status == 200U); });
  check_ended(t.token);
}

BOOST_AUTO_TEST_CASE(revoked_while_the_embedder_asked) {
  const auto t = issue();
  const auto header = "Bearer " + t.token;
  during(
      store.tokens, [&] { (*g).authorizer().decide(header, scope::account_list); },
      [&] { BOOST_TEST(g.revoke(t.token).status == 200U); });
  check_ended(t.token);
}

BOOST_AUTO_TEST_CASE(withdrawn_while_it_was_read) {
  const auto t = issue();
  const auto path = "/admin/consents/" + g.consent_id_of(t.from.client_id) + "/revoke";
  during(
      store.tokens, [&] { g.read_accounts(t.token); },
      [&] { BOOST_TEST(g.admin_post(path).status == 200U); });
  check_ended(t.token);
}

BOOST_AUTO_TEST_CASE(code_replayed_while_it_was_read) {
  const auto t = issue();
  during(
      store.tokens, [&] { g.read_accounts(t.token); },
      [&] { BOOST_TEST(g.present_code(t.code, t.from.client_id).status == 404U); });
  check_ended(t.token);
}

BOOST_AUTO_TEST_CASE(blocked_while_it_was_read) {
  const auto t = issue();
  during(
      store.tokens, [&] { g.read_accounts(t.token); },
      [&] { BOOST_TEST(g.admin_post("/admin/tpps/username/block").status == 200U); });
  check_ended(t.token);
}

// The other way round: the refusal must not stay either.
BOOST_AUTO_TEST_CASE(unblocked_while_it_was_read) {
  const auto t = issue();
  g.admin_post("/admin/tpps/username/block");
  during(
      store.tokens, [&] { g.read_accounts(t.token); },
      [&] { BOOST_TEST(g.admin_post("/admin/tpps/username/unblock").status == 200U); });
  for (int i = 0; i < 3; ++i) BOOST_TEST(g.read_accounts(t.token).status == 200U);
}

BOOST_AUTO_TEST_CASE(accounts_changed_while_they_were_read) {
  const auto t = issue();
  const auto import = [&] {
    const auto r = g.admin_post(
        "/admin/accounts/import",
        R"({"accounts":[{"psu":"john","id":47669570047,"name":"John Roe","iban":"GB01",)"
        R"("currency":"EUR","balances":[]}]})");
    BOOST_TEST(r.status == 200U, r.body);
  };
  during(
      store.accounts, [&] { g.read_accounts(t.token); }, import);
  http_client first(g.address()), second(g.address());
  for (auto* client : {&first, &second, &first, &second}) {
    const auto body = client->post("/api/tpp/accounts", bearer_line(t.token)).body;
    BOOST_TEST(body.find("John Roe") != std::string::npos, body);
  }
}

BOOST_AUTO_TEST_SUITE_END()
