// A token that was issued over a connection with a certificate works with that certificate and with
// no other (RFC 8705, section 3), from memory and from the store.
#include <boost/test/unit_test.hpp>

#include "support/certified_tpp.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

const std::string store_reads = R"(multipass_store_jobs_total{kind="read"})";

struct fixture {
  sandbox_gateway g{behind_balancer};
  certified_tpp tpp{g};

  void restart() {
    g.stop();
    g.start();
  }
  void check_refused(const std::string& token, const std::string& certificate) {
    const auto r = tpp.read(token, certificate);
    BOOST_TEST(r.status == 401U, certificate << ": " << r.body);
    BOOST_TEST(r.body.find("bound to a client certificate") != std::string::npos, r.body);
    BOOST_TEST(r.header("www-authenticate") == "Bearer error=\"invalid_token\"");
  }
  void check_bound(const std::string& token) {
    BOOST_TEST(tpp.read(token, "good").status == 200U);
    for (const auto* other : {"", "renewed", "all-roles", "wrong-organization", "no-statement"}) {
      check_refused(token, other);
    }
    BOOST_TEST(tpp.read(token, "good").status == 200U);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_bound_token, fixture)

BOOST_AUTO_TEST_CASE(it_works_with_its_certificate_alone) {
  const auto token = tpp.token();
  BOOST_REQUIRE(token.size() == 25U);
  check_bound(token);
  check_bound(token);
}

// Refusals that memory holds must not stand in the way of the rightful holder, in whatever order
// they came.
BOOST_AUTO_TEST_CASE(a_thief_who_comes_first_does_not_lock_the_holder_out) {
  const auto token = tpp.token();
  restart();  // memory knows nothing
  for (int i = 0; i < 2; ++i) {
    check_refused(token, "");
    check_refused(token, "renewed");
  }
  check_bound(token);
}

BOOST_AUTO_TEST_CASE(all_of_it_is_answered_from_memory_after_once) {
  const auto token = tpp.token();
  const std::string unknown = "AAAAAAAAAAAAAAAAAAAAAAAAA";
  http_client client(g.address());  // one event loop
  const auto run = [&] {
    for (const auto* name : {"good", "", "renewed", "no-statement"}) {
      const auto lines = bearer_line(token) + test_pki::get().header(name);
      const auto status = client.post("/api/tpp/accounts", lines).status;
      BOOST_TEST(status == (std::string(name) == "good" ? 200U : 401U), name);
      const auto forged = bearer_line(unknown) + test_pki::get().header(name);
      BOOST_TEST(client.post("/api/tpp/accounts", forged).status == 401U);
    }
  };
  run();
  const auto reads = g.metric(store_reads);
  for (int i = 0; i < 5; ++i) run();
  BOOST_TEST(g.metric(store_reads) == reads);
}

BOOST_AUTO_TEST_CASE(revoking_takes_a_certificate_of_the_tpp_and_ends_it) {
  const auto token = tpp.token();
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  for (const auto* other : {"", "wrong-organization", "no-statement", "expired"}) {
    BOOST_TEST(tpp.revoke(token, other).status == 401U, other);
  }
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  BOOST_TEST(tpp.revoke(token, "renewed").status == 200U);
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(tpp.read(token, "good").status == 401U);
    BOOST_TEST(tpp.read(token, "").status == 401U);
  }
  BOOST_TEST(tpp.revoke(token, "good").status == 400U);
  BOOST_TEST(tpp.revoke("AAAAAAAAAAAAAAAAAAAAAAAAA", "").status == 400U);
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_consent_and_rests_while_its_tpp_is_blocked) {
  const auto token = tpp.token();
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  g.admin_post("/admin/tpps/qwac-tpp/block");
  BOOST_TEST(tpp.read(token, "good").status == 401U);
  g.admin_post("/admin/tpps/qwac-tpp/unblock");
  check_bound(token);
  const auto id = g.consent_id_of("qwac-tpp__1");
  BOOST_TEST(g.admin_post("/admin/consents/" + id + "/revoke").status == 200U);
  BOOST_TEST(tpp.read(token, "good").status == 401U);
}

BOOST_AUTO_TEST_CASE(an_embedder_tells_the_thumbprint) {
  const auto token = "Bearer " + tpp.token();
  const auto good = test_pki::get().thumbprint("good");
  const auto other = test_pki::get().thumbprint("renewed");
  for (int i = 0; i < 2; ++i) {
    auto& a = (*g).authorizer();
    const auto decide = [&](const digest* certificate) {
      return a.decide(token, scope::account_list, certificate).outcome;
    };
    BOOST_TEST((decide(nullptr) == verdict::other_certificate));
    BOOST_TEST((decide(&other) == verdict::other_certificate));
    BOOST_TEST((decide(&good) == verdict::granted));
    BOOST_TEST(
        (a.decide_from_cache(token, scope::account_list, &good)->outcome == verdict::granted));
    BOOST_TEST(
        (a.decide_from_cache(token, scope::account_list)->outcome == verdict::other_certificate));
    restart();
  }
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_certificate) {
  const auto token = tpp.token();
  BOOST_TEST(tpp.read(token, "good").status == 200U);
  g.clock().advance(std::chrono::hours{24 * 365 * 24});  // 2051
  const auto r = tpp.read(token, "good");
  BOOST_TEST(r.status == 401U);
  BOOST_TEST(r.body.find("certificate") != std::string::npos, r.body);
}

BOOST_AUTO_TEST_SUITE_END()
