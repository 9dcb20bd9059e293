// Refresh tokens over real sockets, where a token lives an hour and its consent 180 days: the
// documented endpoint's answers, the lost answer, two at once, and the end of everything when a
// token is used twice.
#include <array>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "support/certified_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

void short_tokens(config& c) {
  c.token_ttl = 3600s;
}

const std::string refusal = R"({"message":"Entity not found or Invalid access code"})";

struct pair_of_tokens {
  std::string access, refresh;
  friend bool operator==(const pair_of_tokens&, const pair_of_tokens&) = default;
};

pair_of_tokens pair_in(const reply& r) {
  BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
  return {between(r.body, R"("accessToken":")", "\""),
          between(r.body, R"("refreshToken":")", "\"")};
}

struct fixture : sandbox_gateway {
  fixture() : sandbox_gateway(short_tokens) {}

  std::string client = "username__1";

  pair_of_tokens first_pair() {
    const auto h = authorize();
    client = h.client_id;
    return pair_in(present_code(approve(h), h.client_id));
  }
  reply present(const std::string& refresh_token,
                const std::string& more = "&secret=sandbox-secret") {
    return post(address(),
                "/api/client/token?clientId=" + client + "&refreshToken=" + refresh_token + more);
  }
  pair_of_tokens refresh(const std::string& token) { return pair_in(present(token)); }
  void check_over(const pair_of_tokens& pair) {
    BOOST_TEST(read_accounts(pair.access).status == 401U);
    BOOST_TEST(present(pair.refresh).body == refusal);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_token_refresh, fixture)

BOOST_AUTO_TEST_CASE(a_token_that_lives_as_long_as_its_consent_comes_alone) {
  sandbox_gateway standard;
  const auto h = standard.authorize();
  const auto r = standard.present_code(standard.approve(h), h.client_id);
  const auto token = between(r.body, R"("accessToken":")", "\"");
  BOOST_TEST(r.body == R"({"accessToken":")" + token +
                           R"(","expiresIn":315360000,"scope":"account.balance )"
                           R"(account.details account.list"})");
}

BOOST_AUTO_TEST_CASE(an_empty_parameter_is_none) {
  const auto h = authorize();
  client = h.client_id;
  const auto given = pair_in(present_code(approve(h), h.client_id, "&refreshToken="));
  pair_in(present(given.refresh, "&secret=sandbox-secret&accessCode="));
  const auto neither = present("", "&accessCode=");
  BOOST_TEST(neither.status == 400U);
  BOOST_TEST(neither.body == R"({"message":"Parameter accessCode is missing"})");
}

BOOST_AUTO_TEST_CASE(a_shorter_one_brings_a_refresh_token_that_becomes_a_new_pair) {
  const auto h = authorize("account.list");
  client = h.client_id;
  const auto r = present_code(approve(h), h.client_id);
  const auto first = pair_in(r);
  BOOST_TEST(first.refresh.size() == 46U);
  const auto expected = [](const pair_of_tokens& p) {
    return R"({"accessToken":")" + p.access + R"(","expiresIn":3600,"refreshToken":")" + p.refresh +
           R"(","scope":"account.list"})";
  };
  BOOST_TEST(r.body == expected(first));
  clock().advance(3600s);
  BOOST_TEST(read_accounts(first.access).status == 401U);
  const auto again = present(first.refresh);
  const auto second = pair_in(again);
  BOOST_TEST(again.body == expected(second));
  BOOST_TEST(second.access != first.access);
  BOOST_TEST(second.refresh != first.refresh);
  BOOST_TEST(read_accounts(second.access).status == 200U);
}

BOOST_AUTO_TEST_CASE(the_former_access_token_keeps_its_own_end) {
  const auto first = first_pair();
  refresh(first.refresh);
  BOOST_TEST(read_accounts(first.access).status == 200U);
}

BOOST_AUTO_TEST_CASE(it_never_outlives_its_consent) {
  const auto first = first_pair();
  clock().advance(settings().consent_ttl - 100s);
  const auto r = present(first.refresh);
  BOOST_TEST(r.body.find(R"("expiresIn":100,)") != std::string::npos, r.body);
  const auto last = pair_in(r);
  clock().advance(99s);
  BOOST_TEST(read_accounts(last.access).status == 200U);
  clock().advance(1s);
  check_over(last);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_given_again_even_after_a_restart) {
  const auto first = first_pair();
  const auto second = refresh(first.refresh);
  clock().advance(59s);
  stop();
  start();
  const auto r = present(first.refresh);
  BOOST_TEST((pair_in(r) == second));
  BOOST_TEST(r.body.find(R"("expiresIn":3541,)") != std::string::npos, r.body);
  BOOST_TEST(read_accounts(second.access).status == 200U);
  BOOST_TEST(read_accounts(refresh(second.refresh).access).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_second_use_after_the_grace_ends_old_and_new) {
  const auto first = first_pair();
  const auto second = refresh(first.refresh);
  BOOST_TEST(read_accounts(first.access).status == 200U);
  BOOST_TEST(read_accounts(second.access).status == 200U);
  clock().advance(60s);
  const auto r = present(first.refresh);
  BOOST_TEST(r.status == 404U);
  BOOST_TEST(r.body == refusal);
  check_over(first);
  check_over(second);
  BOOST_TEST(admin_get("/admin/consents").body.find("refresh_replayed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_second_use_after_the_new_one_was_used_ends_all_at_once) {
  const auto first = first_pair();
  const auto second = refresh(first.refresh);
  const auto third = refresh(second.refresh);
  BOOST_TEST(present(first.refresh).status == 404U);
  check_over(first);
  check_over(second);
  check_over(third);
}

BOOST_AUTO_TEST_CASE(two_at_once_get_the_same_pair) {
  auto newest = first_pair();
  for (int i = 0; i < 10; ++i) {
    std::array<reply, 2> replies;
    std::thread other([&] { replies[0] = present(newest.refresh); });
    replies[1] = present(newest.refresh);
    other.join();
    const auto pair = pair_in(replies[0]);
    BOOST_TEST((pair == pair_in(replies[1])));
    BOOST_TEST(read_accounts(pair.access).status == 200U);
    newest = pair;
  }
}

BOOST_AUTO_TEST_CASE(it_goes_with_the_secret_of_its_tpp) {
  const auto first = first_pair();
  for (const auto* secret : {"", "&secret=", "&secret=wrong"}) {
    const auto r = present(first.refresh, secret);
    BOOST_TEST(r.status == 401U, secret);
    BOOST_TEST(r.body.find("secret") != std::string::npos, r.body);
  }
  const auto added =
      admin_post("/admin/tpps", R"({"username":"other","name":"O","redirect_uris":)"
                                R"(["https://tpp.example/callback"],"scopes":["account.list"]})");
  const auto own = between(added.body, R"("secret":")", "\"");
  const auto target = "/api/client/token?refreshToken=" + first.refresh;
  for (const std::string id : {"other__1", "other__2"}) {
    const auto r = post(address(), target + "&clientId=" + id + "&secret=" + own);
    BOOST_TEST(r.status == 404U);
    BOOST_TEST(r.body == refusal);
  }
  for (const std::string id : {"other__1", "username__", "nobody__1", "username"}) {
    BOOST_TEST(post(address(), target + "&secret=sandbox-secret&clientId=" + id).status == 401U);
  }
  const auto wrong_number = post(address(), target + "&secret=sandbox-secret&clientId=username__9");
  BOOST_TEST(wrong_number.body == refusal);
  refresh(first.refresh);  // none of that has used it up
}

BOOST_AUTO_TEST_CASE(what_no_server_issued_is_refused) {
  const auto first = first_pair();
  const auto family = first.refresh.substr(0, 20);
  for (const auto& text : {std::string("x"), first.access, std::string(46, 'A'),
                           family + std::string(26, 'A'), first.refresh + "A"}) {
    BOOST_TEST(present(text).body == refusal, text);
  }
  BOOST_TEST(present("").status == 400U);
  BOOST_TEST(present(first.refresh, "&secret=sandbox-secret&accessCode=x").status == 400U);
  BOOST_TEST(post(address(), "/api/client/token?refreshToken=" + first.refresh).status == 400U);
  refresh(first.refresh);
}

BOOST_AUTO_TEST_CASE(it_rests_while_its_tpp_is_blocked_and_ends_with_its_consent) {
  const auto first = first_pair();
  admin_post("/admin/tpps/username/block");
  BOOST_TEST(present(first.refresh).status == 403U);
  admin_post("/admin/tpps/username/unblock");
  const auto second = refresh(first.refresh);
  BOOST_TEST(revoke(second.access).status == 200U);
  check_over(first);
  check_over(second);
}

BOOST_AUTO_TEST_CASE(neither_log_nor_audit_holds_one) {
  const auto first = first_pair();
  const auto second = refresh(first.refresh);
  refresh(second.refresh);
  present(first.refresh);
  const auto said = log() + admin_get("/admin/audit?limit=1000").body;
  BOOST_TEST(said.find("refresh_replayed") != std::string::npos);
  BOOST_TEST(said.find("token_refreshed") != std::string::npos);
  for (const auto& pair : {first, second}) {
    BOOST_TEST(said.find(pair.refresh) == std::string::npos);
    BOOST_TEST(said.find(pair.refresh.substr(0, 20)) == std::string::npos);
    BOOST_TEST(said.find(pair.access) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_bound_tpp_refreshes_with_its_certificate) {
  sandbox_gateway g([](config& c) {
    behind_balancer(c);
    short_tokens(c);
  });
  const certified_tpp tpp(g);
  const auto given = tpp.approved();
  const auto first = pair_in(tpp.redeem(given, "good"));
  const auto target =
      "/api/client/token?clientId=" + given.client_id + "&refreshToken=" + first.refresh;
  BOOST_TEST(tpp.call(target + "&secret=sandbox-secret", "").status == 401U);
  BOOST_TEST(tpp.call(target, "").status == 401U);
  BOOST_TEST(tpp.call(target, "wrong-organization").status == 401U);
  const auto second = pair_in(tpp.call(target, "renewed"));
  BOOST_TEST(tpp.read(second.access, "renewed").status == 200U);
  BOOST_TEST(tpp.read(second.access, "good").status == 401U);
}

BOOST_AUTO_TEST_SUITE_END()
