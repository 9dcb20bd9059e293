// What store.hpp promises of refresh tokens, over every implementation: one at a time, once each.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using outcome = rotated::outcome;
using namespace std::chrono_literals;

namespace {

/// Code 2, access token 3, refresh token 21 of family 20, replaced by 22, 23 and so on. The consent
/// ends at 3600, an access token 300 after it was issued, and the grace is a minute.
template <class kind>
struct refresh_fixture : flow_fixture<kind> {
  using flow_fixture<kind>::flow_fixture;
  consent_id consent{};

  redemption first_pair() const {
    redemption r = this->redeeming(2, 3);
    r.token_expires_at = at(320);
    r.refresh = refresh_digests{numbered(20), numbered(21)};
    return r;
  }
  void start() {
    consent = this->approved();
    BOOST_REQUIRE(this->redeem(first_pair()).refreshable);
    this->writer->take_changes();
  }
  /// Token n becomes n + 1, with access token n + 100.
  rotation presenting(unsigned n, std::int64_t when) const {
    return {.presented = {numbered(20), numbered(n)},
            .tpp_username = "acme",
            .client_number = 1,
            .now = at(when),
            .grace = 60s,
            .successor = numbered(n + 1),
            .token = numbered(n + 100),
            .token_expires_at = at(when + 300),
            .sealed = "sealed " + std::to_string(n)};
  }
  /// A reader knows beforehand what will happen.
  rotated rotate(const rotation& r) {
    const rotated foreseen = ok(this->reader->preview_rotation(r));
    const rotated done = ok(this->commit([&] { return this->writer->rotate(r); }));
    BOOST_TEST((foreseen.what == done.what));
    BOOST_TEST((foreseen.granted == done.granted));
    BOOST_TEST(foreseen.sealed == done.sealed);
    return done;
  }
  outcome rotate(unsigned n, std::int64_t when) { return rotate(presenting(n, when)).what; }
  bool is_live(unsigned token, std::int64_t when) {
    const auto found = ok(this->reader->find_token(numbered(token)));
    return found && !found->ended && at(when) < found->granted.expires_at;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_refresh)

BOOST_AUTO_TEST_CASE_TEMPLATE(comes_with_a_token_that_ends_before_its_consent, kind, store_kinds) {
  for (const auto& [token_ends, refreshable] : {std::pair{3599, true}, {3600, false}}) {
    refresh_fixture<kind> f;
    f.approved();
    redemption r = f.first_pair();
    r.token_expires_at = at(token_ends);
    BOOST_TEST(f.redeem(r).refreshable == refreshable);
    BOOST_TEST((f.rotate(21, 100) == (refreshable ? outcome::issued : outcome::refused)));
  }
  refresh_fixture<kind> f;
  f.approved();
  redemption without = f.first_pair();
  without.refresh.reset();
  BOOST_TEST(!f.redeem(without).refreshable);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(becomes_a_new_pair, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  const rotated done = f.rotate(f.presenting(21, 100));
  BOOST_TEST((done.what == outcome::issued));
  BOOST_TEST((done.granted == grant{f.consent, f.acme, {scope::account_list}, at(400)}));
  BOOST_TEST(done.client_number == 1);
  BOOST_TEST(!done.bound);
  BOOST_TEST((ok(f.reader->find_token(numbered(121)))->granted == done.granted));
  BOOST_TEST(f.is_live(3, 319), "the access token before keeps its own end");
  BOOST_TEST((f.rotate(22, 200) == outcome::issued));
  BOOST_TEST((f.rotate(23, 3599) == outcome::issued));
  BOOST_TEST((ok(f.reader->find_token(numbered(123)))->granted.expires_at == at(3600)));
  BOOST_TEST(f.writer->take_changes().consents.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_retry_in_the_grace_gets_the_same_pair, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  f.rotate(21, 100);
  rotation retry = f.presenting(21, 159);
  retry.successor = numbered(77);
  retry.token = numbered(78);
  retry.sealed = "another";
  const rotated again = f.rotate(retry);
  BOOST_TEST((again.what == outcome::repeated));
  BOOST_TEST(again.sealed == "sealed 21");
  BOOST_TEST((again.granted.expires_at == at(400)));
  BOOST_TEST(!f.is_live(78, 159));
  BOOST_TEST((f.rotate(22, 159) == outcome::issued));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_second_use_ends_the_consent, kind, store_kinds) {
  struct row {
    const char* name;
    unsigned rotations;  // 21 becomes 22 and so on, from 100 on, each a second
    unsigned presented;
    std::int64_t when;
  };
  for (const row& each : {row{"at the end of the grace", 1, 21, 160},
                          {"a second later", 1, 21, 161},
                          {"when the new one was used", 2, 21, 102},
                          {"much later", 3, 22, 3599},
                          {"never issued, of this family", 0, 99, 100}}) {
    BOOST_TEST_CONTEXT(each.name) {
      refresh_fixture<kind> f;
      f.start();
      for (unsigned i = 0; i < each.rotations; ++i) {
        BOOST_TEST((f.rotate(21 + i, 100 + i) == outcome::issued));
      }
      rotation late = f.presenting(each.presented, each.when);
      late.token = numbered(900);
      BOOST_TEST((f.rotate(late).what == outcome::replayed));
      BOOST_TEST((f.writer->take_changes().consents == std::vector{f.consent}));
      BOOST_TEST(!f.is_live(900, each.when));
      BOOST_TEST(!f.is_live(3, 101));
      BOOST_TEST(!f.is_live(120 + each.rotations, 101));
      const auto kept = ok(f.reader->list_consents({})).at(0);
      BOOST_TEST((kept.reason == end_reason::refresh_replayed));
      BOOST_TEST((kept.ended_at == at(each.when)));
      BOOST_TEST((f.rotate(21 + each.rotations, each.when) == outcome::refused));
      BOOST_TEST((f.rotate(late).what == outcome::refused));  // nothing left to end
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refusal_changes_nothing, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  f.rotate(21, 100);
  const auto refused = [&](unsigned n, auto change) {
    rotation r = f.presenting(n, 110);
    change(r);
    return f.rotate(r).what == outcome::refused && !f.is_live(n + 100, 110);
  };
  for (const unsigned n : {20U, 22U}) {  // used long ago, and the newest
    BOOST_TEST(refused(n, [](rotation& r) { r.presented.family = numbered(99); }));
    BOOST_TEST(refused(n, [](rotation& r) { r.tpp_username = "other"; }));
    BOOST_TEST(refused(n, [](rotation& r) { r.client_number = 2; }));
    BOOST_TEST(refused(n, [](rotation& r) { r.now = at(3600); }));
  }
  ok(f.commit([&] { return f.writer->set_blocked("acme", true, by_bank()); }));
  BOOST_TEST(refused(22, [](rotation&) {}));
  BOOST_TEST((f.rotate(21, 110) == outcome::refused));  // a retry as well
  ok(f.commit([&] { return f.writer->set_blocked("acme", false, by_bank()); }));
  f.writer->take_changes();
  rotation any_client = f.presenting(22, 110);
  any_client.client_number = 0;
  BOOST_TEST((f.rotate(any_client).what == outcome::issued));
  BOOST_TEST(f.writer->take_changes().consents.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(ends_with_its_consent, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  f.rotate(21, 100);
  ok(f.commit(
      [&] { return f.writer->end_consent(f.consent, end_reason::withdrawn, by_bank(at(101))); }));
  for (const unsigned n : {20U, 21U, 22U}) BOOST_TEST((f.rotate(n, 102) == outcome::refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(needs_the_certificate_of_its_tpp, kind, store_kinds) {
  tpp bound = sample_tpp("acme");
  bound.organization = "PSDGB-FCA-1";
  refresh_fixture<kind> f(bound);
  f.approved();
  redemption first = f.first_pair();
  first.organization = bound.organization;
  first.certificate = numbered(8);
  BOOST_REQUIRE(f.redeem(first).refreshable);
  BOOST_TEST((f.rotate(21, 100) == outcome::refused));
  rotation r = f.presenting(21, 100);
  r.certificate = numbered(9);
  r.organization = "PSDGB-FCA-2";
  BOOST_TEST((f.rotate(r).what == outcome::refused));
  r.organization = bound.organization;  // a renewed certificate
  BOOST_TEST(f.rotate(r).bound);
  BOOST_TEST((ok(f.reader->find_token(numbered(121)))->certificate == numbered(9)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_there_already_is_a_conflict, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(11), at(0)));
  ok(f.writer->approve(f.approving(11, 12)));
  redemption second = f.first_pair();
  second.code = numbered(12);
  second.client_number = 2;
  second.token = numbered(13);
  BOOST_TEST(fails_with(f.writer->redeem(second), errc::conflict));
  BOOST_TEST(!ok(f.writer->find_token(numbered(13))));
  rotation r = f.presenting(21, 100);
  r.token = numbered(3);
  BOOST_TEST(fails_with(f.writer->rotate(r), errc::conflict));
  BOOST_TEST((ok(f.writer->rotate(f.presenting(21, 100))).what == outcome::issued));
  ok(f.writer->commit());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(is_purged_with_its_consent, kind, store_kinds) {
  for (const bool ended : {true, false}) {
    refresh_fixture<kind> f;
    f.start();
    f.rotate(21, 100);
    const auto purge = [&](std::int64_t when) {
      return ok(f.commit([&] { return f.writer->purge(at(when), 100); }));
    };
    BOOST_TEST(purge(399) == 1U);  // the first access token
    BOOST_TEST(purge(400) == 1U);  // the second
    BOOST_TEST((f.rotate(22, 500) == outcome::issued));
    if (ended) ok(f.commit([&] { return f.writer->revoke_token(numbered(122), at(600)); }));
    BOOST_TEST(purge(ended ? 601 : 3600) == 3U);  // access token, family, code
    BOOST_TEST((f.rotate(23, 602) == outcome::refused));
  }
}

// A pair is of use for as long as its grace, 10 minutes at most; what is sealed must not stay.
BOOST_AUTO_TEST_CASE_TEMPLATE(forgets_the_sealed_pair_after_the_longest_grace, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  f.rotate(21, 500);
  const auto sealed_still = [&] {
    rotation again = f.presenting(21, 510);
    again.grace = std::chrono::hours{1};
    return !ok(f.reader->preview_rotation(again)).sealed.empty();
  };
  const auto purge = [&](std::int64_t when, std::size_t limit) {
    return ok(f.commit([&] { return f.writer->purge(at(when), limit); }));
  };
  purge(1099, 100);  // with the access tokens
  BOOST_TEST(sealed_still());
  BOOST_TEST(purge(1100, 0) == 0U);
  BOOST_TEST(sealed_still());
  BOOST_TEST(purge(1100, 100) == 1U);
  BOOST_TEST(!sealed_still());
  BOOST_TEST(purge(1100, 100) == 0U);
  BOOST_TEST((f.rotate(22, 1101) == outcome::issued));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rotation_and_reuse_are_audited, kind, store_kinds) {
  refresh_fixture<kind> f;
  f.start();
  f.rotate(21, 100);
  f.rotate(21, 110);
  f.rotate(21, 200);
  const auto acts = ok(f.reader->list_audit(0, 100));
  BOOST_REQUIRE(acts.size() >= 3U);
  const auto& refreshed = acts[acts.size() - 2].act;  // the retry changed nothing
  BOOST_TEST(refreshed.action == "token_refreshed");
  BOOST_TEST(refreshed.actor == "tpp:acme");
  BOOST_TEST(refreshed.details == "client=acme__1");
  const auto& replayed = acts.back().act;
  BOOST_TEST(replayed.action == "refresh_replayed");
  BOOST_TEST(replayed.subject == "consent:1");
  BOOST_TEST(replayed.details == "client=acme__1 psu=john");
}

BOOST_AUTO_TEST_SUITE_END()
