// What store.hpp promises from authorize to the PSU's decision, over every implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

BOOST_AUTO_TEST_SUITE(store_contract_authorization)

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_an_authorization_as_it_was_asked, kind, store_kinds) {
  flow_fixture<kind> f;
  authorization asked = f.asking(1);
  asked.client_state = "a&b=c";
  asked.code_challenge = "challenge";
  asked.standard = true;
  ok(f.commit([&] { return f.writer->add_authorization(asked, at(0)); }));
  const auto kept = ok(f.reader->find_authorization(numbered(1)));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST((kept->handle == asked.handle));
  BOOST_TEST((kept->tpp == f.acme));
  BOOST_TEST(kept->tpp_username == "acme");
  BOOST_TEST(kept->tpp_name == "Acme Ltd");
  BOOST_TEST(kept->client_number == 1);
  BOOST_TEST((kept->scopes == asked.scopes));
  BOOST_TEST(kept->redirect_uri == asked.redirect_uri);
  BOOST_TEST(kept->client_state == "a&b=c");
  BOOST_TEST(kept->code_challenge == "challenge");
  BOOST_TEST((kept->expires_at == at(1800)));
  BOOST_TEST((kept->decided == authorization::state::pending));
  BOOST_TEST(kept->standard);
  BOOST_TEST(!ok(f.reader->find_authorization(numbered(2))));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(client_numbers_count_per_tpp_from_one, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto other =
      ok(f.commit([&] { return f.writer->add_tpp(sample_tpp("other"), by_bank()); }));
  const auto add = [&](unsigned handle, tpp_id client) {
    authorization a = f.asking(handle);
    a.tpp = client;
    return ok(f.commit([&] { return f.writer->add_authorization(a, at(0)); }));
  };
  BOOST_TEST(add(1, f.acme) == 1);
  BOOST_TEST(add(2, f.acme) == 2);
  BOOST_TEST(add(3, other) == 1);
  BOOST_TEST(add(4, f.acme) == 3);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(refuses_an_authorization_it_cannot_keep, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(1), at(0)));
  BOOST_TEST(fails_with(f.writer->add_authorization(f.asking(1), at(0)), errc::conflict));
  authorization stray = f.asking(2);
  stray.tpp = tpp_id{4711};
  BOOST_TEST(fails_with(f.writer->add_authorization(stray, at(0)), errc::not_found));
  ok(f.writer->set_blocked("acme", true, by_bank()));
  BOOST_TEST(fails_with(f.writer->add_authorization(f.asking(3), at(0)), errc::forbidden));
  ok(f.writer->set_blocked("acme", false, by_bank()));
  BOOST_TEST(ok(f.writer->add_authorization(f.asking(4), at(0))) ==
             2);  // refusals used no number up
  ok(f.writer->commit());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(approving_makes_a_consent_and_a_code, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto id = f.approved();
  const auto preview = ok(f.reader->preview_redemption(f.redeeming(2, 3)));
  BOOST_TEST((preview.what == redeemed::outcome::issued));
  BOOST_TEST((preview.tpp == f.asking(1).tpp));
  const auto refused = redeemed::outcome::refused;
  BOOST_TEST((ok(f.reader->preview_redemption(f.redeeming(1, 3))).what == refused));
  const auto decided = ok(f.reader->find_authorization(numbered(1)))->decided;
  BOOST_TEST((decided == authorization::state::approved));

  const auto view = ok(f.reader->find_consent(id));
  BOOST_REQUIRE(view.has_value());
  BOOST_TEST((view->owner == f.john));
  BOOST_TEST(view->psu_username == "john");
  BOOST_TEST((view->accounts == std::vector{account_id{7}, account_id{9}}));
  BOOST_TEST(!ok(f.reader->find_consent(consent_id{4711})));

  const consent kept = ok(f.reader->list_consents({})).at(0);
  BOOST_TEST((kept.id == id));
  BOOST_TEST((kept.tpp == f.acme));
  BOOST_TEST(kept.tpp_username == "acme");
  BOOST_TEST(kept.tpp_name == "Acme Ltd");
  BOOST_TEST(kept.client_number == 1);
  BOOST_TEST((kept.owner == f.john));
  BOOST_TEST(kept.psu_username == "john");
  BOOST_TEST((kept.scopes == scope_set{scope::account_list}));
  BOOST_TEST((kept.accounts == view->accounts));
  BOOST_TEST((kept.granted_at == at(10)));
  BOOST_TEST((kept.expires_at == at(3600)));
  BOOST_TEST(!kept.ended_at);
  BOOST_TEST((kept.reason == end_reason::none));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_authorization_is_decided_once, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  ok(f.writer->begin());
  BOOST_TEST(fails_with(f.writer->approve(f.approving(1, 20)), errc::conflict));
  BOOST_TEST(fails_with(f.writer->deny(numbered(1), by_bank(at(10))), errc::conflict));
  ok(f.writer->add_authorization(f.asking(5), at(0)));
  ok(f.writer->deny(numbered(5), by_bank(at(10))));
  BOOST_TEST(fails_with(f.writer->deny(numbered(5), by_bank(at(10))), errc::conflict));
  BOOST_TEST(fails_with(f.writer->approve(f.approving(5, 21)), errc::conflict));
  ok(f.writer->commit());
  const auto denied = ok(f.reader->find_authorization(numbered(5)));
  BOOST_TEST((denied->decided == authorization::state::denied));
  BOOST_TEST(ok(f.reader->list_consents({})).size() == 1U);
  const auto refused = redeemed::outcome::refused;
  BOOST_TEST((ok(f.reader->preview_redemption(f.redeeming(20, 3))).what == refused));
  BOOST_TEST((ok(f.reader->preview_redemption(f.redeeming(21, 3, 2))).what == refused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_authorization_expires_at_its_second, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(1), at(0)));
  ok(f.writer->add_authorization(f.asking(2), at(0)));
  approval late = f.approving(1, 20);
  late.now = at(1800);
  BOOST_TEST(fails_with(f.writer->approve(late), errc::conflict));
  BOOST_TEST(fails_with(f.writer->deny(numbered(2), by_bank(at(1800))), errc::conflict));
  late.now = at(1799);
  ok(f.writer->approve(late));
  ok(f.writer->deny(numbered(2), by_bank(at(1799))));
  ok(f.writer->commit());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_decision_is_refused_whole, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();  // handle 1, code 2
  ok(f.writer->begin());
  ok(f.writer->add_authorization(f.asking(5), at(0)));
  const approval good = f.approving(5, 20);
  const auto refused = [&](errc code, auto change) {
    approval a = good;
    change(a);
    return fails_with(f.writer->approve(a), code);
  };
  using list = std::vector<account_id>;
  BOOST_TEST(refused(errc::not_found, [](approval& a) { a.handle = numbered(99); }));
  BOOST_TEST(refused(errc::not_found, [](approval& a) { a.owner = psu_id{4711}; }));
  BOOST_TEST(refused(errc::conflict, [](approval& a) { a.code = numbered(2); }));
  BOOST_TEST(refused(errc::invalid_input, [](approval& a) { a.scopes = {}; }));
  BOOST_TEST(refused(errc::invalid_input, [](approval& a) { a.scopes = scope_set::all(); }));
  BOOST_TEST(refused(errc::invalid_input, [](approval& a) { a.accounts = {}; }));
  BOOST_TEST(refused(errc::invalid_input, [](approval& a) {
    a.accounts = list{account_id{9}, account_id{7}};
  }));
  BOOST_TEST(refused(errc::invalid_input, [](approval& a) {
    a.accounts = list{account_id{7}, account_id{7}};
  }));
  BOOST_TEST(fails_with(f.writer->deny(numbered(99), by_bank(at(10))), errc::not_found));
  ok(f.writer->set_blocked("acme", true, by_bank()));
  BOOST_TEST(refused(errc::forbidden, [](approval&) {}));
  BOOST_TEST(fails_with(f.writer->deny(numbered(5), by_bank(at(10))), errc::forbidden));
  ok(f.writer->set_blocked("acme", false, by_bank()));
  BOOST_TEST(ok(f.reader->list_consents({})).size() == 1U);
  ok(f.writer->approve(good));  // none of the refusals decided it
  ok(f.writer->commit());
  BOOST_TEST(ok(f.reader->list_consents({})).size() == 2U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lists_consents_by_name_and_page, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  const auto other = ok(f.writer->add_tpp(sample_tpp("other"), by_bank()));
  // ids 1..4: acme/john, acme/jane, other/john, other/jane
  for (unsigned n = 1; n <= 4; ++n) {
    authorization a = f.asking(n);
    a.tpp = n <= 2 ? f.acme : other;
    ok(f.writer->add_authorization(a, at(0)));
    approval decision = f.approving(n, 20 + n);
    decision.owner = n % 2 == 1 ? f.john : f.jane;
    ok(f.writer->approve(decision));
  }
  ok(f.writer->commit());

  const auto positions = [&](const consent_filter& filter) {
    std::string ids;
    for (const consent& c : ok(f.reader->list_consents(filter))) {
      ids += std::to_string(static_cast<std::int64_t>(c.id));
      BOOST_TEST(c.accounts.size() == 2U);
    }
    return ids;
  };
  BOOST_TEST(positions({}) == "1234");
  BOOST_TEST(positions({"acme", "", {}, 100}) == "12");
  BOOST_TEST(positions({"", "jane", {}, 100}) == "24");
  BOOST_TEST(positions({"other", "john", {}, 100}) == "3");
  BOOST_TEST(positions({"nobody", "", {}, 100}) == "");
  BOOST_TEST(positions({"acme", "nobody", {}, 100}) == "");
  BOOST_TEST(positions({"", "", {}, 3}) == "123");
  BOOST_TEST(positions({"", "", consent_id{3}, 3}) == "4");
  BOOST_TEST(positions({"", "john", consent_id{1}, 1}) == "3");
  BOOST_TEST(positions({"", "", {}, 0}) == "");
  BOOST_TEST(positions({"", "", {}, static_cast<std::size_t>(-1)}) == "1234");
}

BOOST_AUTO_TEST_SUITE_END()
