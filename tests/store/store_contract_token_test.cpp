// What store.hpp promises from a code to a token and to its end, over every implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using outcome = redeemed::outcome;

BOOST_AUTO_TEST_SUITE(store_contract_token)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_code_becomes_a_token, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto consent = f.approved();
  const redeemed done = f.redeem(f.redeeming(2, 3));
  const grant expected{consent, f.acme, {scope::account_list}, at(3600)};  // the consent's end
  BOOST_TEST((done.what == outcome::issued));
  BOOST_TEST((done.granted == expected));
  const auto kept = ok(f.reader->find_token(numbered(3)));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST((kept->granted == expected));
  BOOST_TEST(!kept->ended);
  BOOST_TEST(!kept->blocked);
  BOOST_TEST(!ok(f.reader->find_token(numbered(2))));
  BOOST_TEST(f.writer->take_changes().consents.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_token_ends_before_its_consent_if_it_is_shorter, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  redemption brief = f.redeeming(2, 3);
  brief.token_expires_at = at(600);
  BOOST_TEST((f.redeem(brief).granted.expires_at == at(600)));
  BOOST_TEST((ok(f.reader->find_token(numbered(3)))->granted.expires_at == at(600)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_refusal_changes_nothing, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  const redemption good = f.redeeming(2, 3);
  const auto refused = [&](auto change) {
    redemption r = good;
    change(r);
    return f.redeem(r).what == outcome::refused && !ok(f.reader->find_token(r.token));
  };
  BOOST_TEST(refused([](redemption& r) { r.code = numbered(99); }));
  BOOST_TEST(refused([](redemption& r) { r.tpp_username = "Acme"; }));
  BOOST_TEST(refused([](redemption& r) { r.client_number = 2; }));
  BOOST_TEST(refused([](redemption& r) { r.now = at(70); }));
  BOOST_TEST(refused([](redemption& r) { r.secret = numbered(901); }));
  BOOST_TEST(refused([](redemption& r) { r.verifier_challenge = "unasked"; }));
  BOOST_TEST(refused([](redemption& r) { r.verifier_challenge = ""; }));
  ok(f.commit([&] { return f.writer->set_blocked("acme", true, by_bank()); }));
  BOOST_TEST(refused([](redemption&) {}));
  ok(f.commit([&] { return f.writer->set_blocked("acme", false, by_bank()); }));
  f.writer->take_changes();
  redemption last_second = good;
  last_second.now = at(69);
  last_second.secret = numbered(900);
  BOOST_TEST((f.redeem(last_second).what == outcome::issued));
  BOOST_TEST(f.writer->take_changes().consents.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_demanded_secret_must_be_sent, kind, store_kinds) {
  tpp strict = sample_tpp("acme");
  strict.requires_secret = true;
  flow_fixture<kind> f(strict);
  f.approved();
  redemption r = f.redeeming(2, 3);
  BOOST_TEST((f.redeem(r).what == outcome::refused));
  r.secret = numbered(901);
  BOOST_TEST((f.redeem(r).what == outcome::refused));
  r.secret = numbered(900);
  BOOST_TEST((f.redeem(r).what == outcome::issued));
}

// Who has authenticated need not name the authorization: any of its codes will do.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_known_tpp_redeems_any_of_its_codes, kind, store_kinds) {
  tpp strict = sample_tpp("acme");
  strict.requires_secret = true;
  flow_fixture<kind> f(strict);
  f.approved();
  redemption r = f.redeeming(2, 3, 0);
  BOOST_TEST((f.redeem(r).what == outcome::refused));
  r.authenticated = true;
  r.tpp_username = "other";
  BOOST_TEST((f.redeem(r).what == outcome::refused));
  r.tpp_username = "acme";
  const redeemed done = f.redeem(r);
  BOOST_TEST((done.what == outcome::issued));
  BOOST_TEST(done.client_number == 1);
  r.token = numbered(4);
  const redeemed again = f.redeem(r);
  BOOST_TEST((again.what == outcome::replayed));
  BOOST_TEST(again.client_number == 1);
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_redirect_uri_that_is_said_must_be_the_same, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  redemption r = f.redeeming(2, 3);
  for (const char* wrong : {"", "https://z.example/cb", "https://a.example/cb/"}) {
    r.redirect_uri = wrong;
    BOOST_TEST((f.redeem(r).what == outcome::refused));
  }
  r.redirect_uri = "https://a.example/cb";
  BOOST_TEST((f.redeem(r).what == outcome::issued));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_challenge_demands_its_verifier, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved("challenge");
  redemption r = f.redeeming(2, 3);
  for (const char* wrong : {"", "Challenge", "challenge2"}) {
    r.verifier_challenge = wrong;
    BOOST_TEST((f.redeem(r).what == outcome::refused));
  }
  r.verifier_challenge = std::nullopt;
  BOOST_TEST((f.redeem(r).what == outcome::refused));
  r.verifier_challenge = "challenge";
  BOOST_TEST((f.redeem(r).what == outcome::issued));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_code_is_refused_when_its_consent_is_over, kind, store_kinds) {
  for (const bool ended : {true, false}) {
    flow_fixture<kind> f;
    const auto consent = f.approved();
    redemption r = f.redeeming(2, 3);
    if (ended) {
      const auto end = [&] {
        return f.writer->end_consent(consent, end_reason::withdrawn, by_bank(at(15)));
      };
      BOOST_TEST(ok(f.commit(end)));
    } else {
      r.now = at(3600);
    }
    BOOST_TEST((f.redeem(r).what == outcome::refused));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_replayed_code_ends_its_consent, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto consent = f.issued();
  redemption stranger = f.redeeming(2, 4);
  stranger.client_number = 2;
  BOOST_TEST((f.redeem(stranger).what == outcome::refused));
  BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);

  redemption late = f.redeeming(2, 4);  // long past the code's own end, and with a wrong secret
  late.now = at(1000);
  late.secret = numbered(901);
  BOOST_TEST((f.redeem(late).what == outcome::replayed));
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
  BOOST_TEST(!ok(f.reader->find_token(numbered(4))));
  const auto kept = ok(f.reader->list_consents({})).at(0);
  BOOST_TEST((kept.reason == end_reason::code_replayed));
  BOOST_TEST((kept.ended_at == at(1000)));
  BOOST_TEST((f.writer->take_changes().consents == std::vector{consent}));
  BOOST_TEST((f.redeem(late).what == outcome::refused));  // nothing left to end
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_token_that_is_there_already_is_not_issued_twice, kind,
                              store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(11), at(0)));
  ok(f.writer->approve(f.approving(11, 12)));
  BOOST_TEST(fails_with(f.writer->redeem(f.redeeming(12, 3, 2)), errc::conflict));
  BOOST_TEST((ok(f.writer->redeem(f.redeeming(12, 13, 2))).what == outcome::issued));
  ok(f.writer->commit());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_live_token_is_revoked_once, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto consent = f.issued();
  const auto revoke = [&](unsigned token, std::int64_t when) {
    return ok(f.commit([&] { return f.writer->revoke_token(numbered(token), at(when)); }));
  };
  BOOST_TEST(!revoke(99, 100));
  BOOST_TEST(!revoke(3, 3600));  // exactly at its end: expired
  BOOST_TEST(f.writer->take_changes().consents.empty());
  BOOST_TEST(revoke(3, 3599));
  BOOST_TEST((f.writer->take_changes().consents == std::vector{consent}));
  BOOST_TEST(!revoke(3, 3599));
  BOOST_TEST(f.writer->take_changes().consents.empty());
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
  const auto kept = ok(f.reader->list_consents({})).at(0);
  BOOST_TEST((kept.reason == end_reason::revoked_by_tpp));
  BOOST_TEST((kept.ended_at == at(3599)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_expired_token_revokes_no_live_consent, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  redemption brief = f.redeeming(2, 3);
  brief.token_expires_at = at(600);
  f.redeem(brief);
  const auto revoke = [&](std::int64_t when) {
    return ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(when)); }));
  };
  BOOST_TEST(!revoke(600));
  BOOST_TEST(!ok(f.reader->list_consents({})).at(0).ended_at);
  BOOST_TEST(revoke(599));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_consent_ends_once, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto consent = f.issued();
  const auto end = [&](consent_id id, end_reason reason, std::int64_t when) {
    return f.commit([&] { return f.writer->end_consent(id, reason, by_bank(at(when))); });
  };
  BOOST_TEST(fails_with(end(consent, end_reason::none, 100), errc::invalid_input));
  BOOST_TEST(!ok(end(consent_id{4711}, end_reason::withdrawn, 100)));
  BOOST_TEST(!ok(end(consent, end_reason::withdrawn, 3600)));
  BOOST_TEST(f.writer->take_changes().consents.empty());
  BOOST_TEST(ok(end(consent, end_reason::withdrawn, 3599)));
  BOOST_TEST(!ok(end(consent, end_reason::revoked_by_tpp, 3599)));
  BOOST_TEST((f.writer->take_changes().consents == std::vector{consent}));
  BOOST_TEST((ok(f.reader->list_consents({})).at(0).reason == end_reason::withdrawn));
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(blocking_shows_on_tokens_and_does_not_end_them, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  for (const bool blocked : {true, false}) {
    ok(f.commit([&] { return f.writer->set_blocked("acme", blocked, by_bank()); }));
    BOOST_TEST(ok(f.reader->find_token(numbered(3)))->blocked == blocked);
    BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_undone_ending_has_not_happened, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  ok(f.writer->begin());
  ok(f.writer->mark());
  BOOST_TEST(ok(f.writer->revoke_token(numbered(3), at(100))));
  BOOST_TEST(ok(f.writer->find_token(numbered(3)))->ended);
  BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);
  ok(f.writer->undo_to_mark());
  ok(f.writer->commit());
  BOOST_TEST(!ok(f.reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(purges_what_has_expired_and_nothing_else, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  constexpr std::int64_t day = 86'400;
  const auto purge = [&](std::int64_t when) {
    return ok(f.commit([&] { return f.writer->purge(at(when), 100); }));
  };
  BOOST_TEST(purge(3599) == 0U);
  BOOST_TEST(purge(3600) == 2U);  // token and code
  BOOST_TEST(!ok(f.reader->find_token(numbered(3))));
  BOOST_TEST(
      (ok(f.reader->preview_redemption(f.redeeming(2, 4))).what == redeemed::outcome::refused));
  BOOST_TEST(purge(1799 + day) == 0U);
  BOOST_TEST(purge(1800 + day) == 1U);  // authorization
  BOOST_TEST(!ok(f.reader->find_authorization(numbered(1))));
  BOOST_TEST(ok(f.reader->list_consents({})).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(purges_what_an_ended_consent_left, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(100)); }));
  BOOST_TEST(ok(f.commit([&] { return f.writer->purge(at(101), 100); })) == 2U);
  BOOST_TEST(!ok(f.reader->find_token(numbered(3))));
  BOOST_TEST(
      (ok(f.reader->preview_redemption(f.redeeming(2, 4))).what == redeemed::outcome::refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_short_token_goes_before_its_code, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  redemption brief = f.redeeming(2, 3);
  brief.token_expires_at = at(600);
  f.redeem(brief);
  BOOST_TEST(ok(f.commit([&] { return f.writer->purge(at(600), 100); })) == 1U);
  BOOST_TEST(!ok(f.reader->find_token(numbered(3))));
  brief.now = at(700);  // the used code is still recognised
  BOOST_TEST((f.redeem(brief).what == outcome::replayed));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(purges_no_more_than_allowed, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  for (unsigned n = 1; n <= 3; ++n) {
    ok(f.writer->add_authorization(f.asking(n), at(0)));
    ok(f.writer->approve(f.approving(n, 100 + n)));
    ok(f.writer->redeem(f.redeeming(100 + n, 200 + n, n)));
  }
  ok(f.writer->commit());
  const auto purge = [&](std::size_t limit) {
    return ok(f.commit([&] { return f.writer->purge(at(1'000'000), limit); }));
  };
  BOOST_TEST(purge(0) == 0U);
  BOOST_TEST(purge(4) == 4U);
  BOOST_TEST(purge(4) == 4U);
  BOOST_TEST(purge(4) == 1U);
  BOOST_TEST(purge(4) == 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(redeems_a_standard_code_for_its_authenticated_client_only, kind,
                              store_kinds) {
  flow_fixture<kind> f;
  authorization asked = f.asking(1);
  asked.standard = true;
  ok(f.writer->begin());
  ok(f.writer->add_authorization(asked, at(0)));
  ok(f.writer->approve(f.approving(1, 2)));
  ok(f.writer->commit());
  redemption r = f.redeeming(2, 3);
  BOOST_TEST((f.redeem(r).what == redeemed::outcome::refused));
  r.authenticated = true;
  BOOST_TEST((f.redeem(r).what == redeemed::outcome::issued));
}

BOOST_AUTO_TEST_SUITE_END()
