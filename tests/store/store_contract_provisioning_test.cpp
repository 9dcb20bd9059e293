// What store.hpp promises about TPPs, PSUs, accounts and settings, over every implementation.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

BOOST_AUTO_TEST_SUITE(store_contract_provisioning)

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_a_tpp_as_it_was_added, kind, store_kinds) {
  store_fixture<kind> f;
  tpp added = sample_tpp("acme");
  added.id = tpp_id{4711};
  added.scopes = {scope::account_balance};
  added.requires_pkce = true;
  added.requires_secret = true;
  const auto id = ok(f.commit([&] { return f.writer->add_tpp(added, by_bank()); }));
  const auto kept = ok(f.reader->find_tpp("acme"));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST((kept->id == id));
  BOOST_TEST((id > tpp_id{0} && id < tpp_id{1 << 24}));
  BOOST_TEST(kept->username == added.username);
  BOOST_TEST(kept->name == added.name);
  BOOST_TEST((kept->secret == added.secret));
  BOOST_TEST((kept->scopes == added.scopes));
  BOOST_TEST(kept->redirect_uris == added.redirect_uris, boost::test_tools::per_element());
  BOOST_TEST(kept->requires_pkce);
  BOOST_TEST(kept->requires_secret);
  BOOST_TEST(!kept->blocked);
  BOOST_TEST(!ok(f.reader->find_tpp("ACME")));
  BOOST_TEST(!ok(f.reader->find_tpp("")));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_a_tpp_without_redirect_uris, kind, store_kinds) {
  store_fixture<kind> f;
  tpp added = sample_tpp("acme");
  added.redirect_uris.clear();
  ok(f.commit([&] { return f.writer->add_tpp(added, by_bank()); }));
  BOOST_TEST(ok(f.reader->find_tpp("acme"))->redirect_uris.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(lists_tpps_in_the_order_of_their_ids, kind, store_kinds) {
  store_fixture<kind> f;
  BOOST_TEST(ok(f.reader->list_tpps()).empty());
  for (const char* name : {"zeta", "alpha", "mid"}) {
    ok(f.commit([&] { return f.writer->add_tpp(sample_tpp(name), by_bank()); }));
  }
  std::vector<std::string> names;
  for (const tpp& t : ok(f.reader->list_tpps())) {
    names.push_back(t.username);
    BOOST_TEST(t.redirect_uris.size() == 2U);
  }
  BOOST_TEST((names == std::vector<std::string>{"zeta", "alpha", "mid"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(names_are_taken_once, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.writer->begin());
  BOOST_TEST(fails_with(f.writer->add_tpp(sample_tpp("acme"), by_bank()), errc::conflict));
  BOOST_TEST(fails_with(f.writer->add_psu(sample_psu("john"), by_bank()), errc::conflict));
  ok(f.writer->commit());
  BOOST_TEST(ok(f.reader->list_tpps()).size() == 1U);
  BOOST_TEST(ok(f.reader->list_psus()).size() == 2U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(blocks_and_unblocks, kind, store_kinds) {
  flow_fixture<kind> f;
  for (const bool blocked : {true, true, false, false}) {
    ok(f.commit([&] { return f.writer->set_blocked("acme", blocked, by_bank()); }));
    BOOST_TEST(ok(f.reader->find_tpp("acme"))->blocked == blocked);
  }
  const auto outcome = f.commit([&] { return f.writer->set_blocked("nobody", true, by_bank()); });
  BOOST_TEST(fails_with(outcome, errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(replaces_a_secret, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.commit([&] { return f.writer->set_secret("acme", numbered(901), by_bank()); }));
  BOOST_TEST((ok(f.reader->find_tpp("acme"))->secret == numbered(901)));
  const auto outcome =
      f.commit([&] { return f.writer->set_secret("nobody", numbered(1), by_bank()); });
  BOOST_TEST(fails_with(outcome, errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_a_psu_as_it_was_added, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto kept = ok(f.reader->find_psu("john"));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST((kept->id == f.john));
  BOOST_TEST(kept->name == "John Doe");
  BOOST_TEST(kept->password_hash == "scrypt$...");
  BOOST_TEST(kept->totp_secret == sample_psu("john").totp_secret);
  BOOST_TEST(!ok(f.reader->find_psu("nobody")));
  const auto all = ok(f.reader->list_psus());
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0].username == "john");
  BOOST_TEST(all[1].username == "jane");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_totp_step_works_once, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto use = [&](psu_id p, std::int64_t step) {
    return ok(f.commit([&] { return f.writer->use_totp_step(p, step); }));
  };
  BOOST_TEST(use(f.john, 100));
  BOOST_TEST(!use(f.john, 100));
  BOOST_TEST(!use(f.john, 99));
  BOOST_TEST(use(f.john, 101));
  BOOST_TEST(use(f.jane, 100));
  BOOST_TEST(!use(psu_id{4711}, 100));
  BOOST_TEST(ok(f.reader->find_psu("john"))->totp_step == 101);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(accounts_ascend_and_balances_stand_in_import_order, kind,
                              store_kinds) {
  flow_fixture<kind> f;
  for (const std::int64_t id : {82948889462, 47669570047}) {
    ok(f.commit([&] { return f.writer->put_account(sample_account("john", id)); }));
  }
  account_import bare = sample_account("jane", 1);
  bare.balances.clear();
  ok(f.commit([&] { return f.writer->put_account(bare); }));

  const auto accounts = ok(f.reader->accounts_of("john"));
  BOOST_REQUIRE(accounts.size() == 2U);
  BOOST_TEST((accounts[0].id == account_id{47669570047}));
  BOOST_TEST((accounts[1].id == account_id{82948889462}));
  BOOST_TEST(accounts[0].name == "John Doe");
  BOOST_TEST(accounts[0].iban == "GB01TCCL82495709311980");
  BOOST_TEST(accounts[0].currency == "EUR");
  BOOST_TEST(accounts[0].additional_data == "[]");
  const auto balances = ok(f.reader->balances_of("john", account_id{47669570047}));
  BOOST_TEST((balances == std::vector<money>{{"EUR", 3040}, {"GBP", 42074}}));
  BOOST_TEST(ok(f.reader->balances_of("jane", account_id{1})).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_account_is_its_owners_alone, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.commit([&] { return f.writer->put_account(sample_account("john", 7)); }));
  BOOST_TEST(ok(f.reader->accounts_of("jane")).empty());
  BOOST_TEST(ok(f.reader->accounts_of("nobody")).empty());
  for (const char* other : {"jane", "nobody"}) {
    BOOST_TEST(fails_with(f.reader->balances_of(other, account_id{7}), errc::not_found));
  }
  BOOST_TEST(fails_with(f.reader->balances_of("john", account_id{8}), errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(importing_again_replaces_account_and_balances, kind, store_kinds) {
  flow_fixture<kind> f;
  ok(f.commit([&] { return f.writer->put_account(sample_account("john", 7)); }));
  f.writer->take_changes();
  account_import moved{"jane", {account_id{7}, "Jane", "X", "JPY", "{}"}, {{"JPY", -1500}}};
  ok(f.commit([&] { return f.writer->put_account(moved); }));
  BOOST_TEST(ok(f.reader->accounts_of("john")).empty());
  BOOST_TEST(ok(f.reader->accounts_of("jane")).at(0).additional_data == "{}");
  const auto balances = ok(f.reader->balances_of("jane", account_id{7}));
  BOOST_TEST((balances == std::vector<money>{{"JPY", -1500}}));

  auto told = f.writer->take_changes().accounts;
  std::sort(told.begin(), told.end());
  BOOST_TEST((told == std::vector<std::string>{"jane", "john"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(refuses_an_account_it_cannot_keep, kind, store_kinds) {
  flow_fixture<kind> f;
  const auto stray = f.commit([&] { return f.writer->put_account(sample_account("nobody", 7)); });
  BOOST_TEST(fails_with(stray, errc::not_found));
  ok(f.commit([&] { return f.writer->put_account(sample_account("john", 7)); }));
  account_import twice = sample_account("jane", 7);
  twice.balances = {{"EUR", 1}, {"EUR", 2}};
  const auto outcome = f.commit([&] { return f.writer->put_account(twice); });
  BOOST_TEST(fails_with(outcome, errc::invalid_input));
  BOOST_TEST(ok(f.reader->balances_of("john", account_id{7})).size() == 2U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_and_replaces_settings, kind, store_kinds) {
  store_fixture<kind> f;
  BOOST_TEST(!ok(f.reader->setting("key")));
  for (const char* value : {"one", "", "two"}) {
    ok(f.commit([&] { return f.writer->set_setting("key", value); }));
    BOOST_TEST((ok(f.reader->setting("key")) == value));
  }
}

BOOST_AUTO_TEST_SUITE_END()
