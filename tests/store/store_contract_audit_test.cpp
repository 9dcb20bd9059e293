// What store.hpp promises about the audit, over every implementation: each act once, with who did
// it, in the transaction of the act.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

std::string line_of(const audit_record& r) {
  const auto when = (r.act.at - at(0)).count();
  return std::to_string(when) + " " + r.act.actor + " " + r.act.action + " " + r.act.subject +
         (r.act.details.empty() ? "" : " " + r.act.details);
}

std::vector<std::string> lines(store_reader& reader, std::int64_t after = 0) {
  std::vector<std::string> all;
  for (const auto& r : ok(reader.list_audit(after, 1000))) all.push_back(line_of(r));
  return all;
}

void check(const std::vector<std::string>& found, const std::vector<std::string>& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

constexpr std::int64_t provisioned = 3;  // records of the fixture itself

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_audit)

BOOST_AUTO_TEST_CASE_TEMPLATE(what_the_bank_does_is_kept, kind, store_kinds) {
  store_fixture<kind> f;
  tpp careful = sample_tpp("acme");
  careful.requires_pkce = true;
  ok(f.writer->begin());
  ok(f.writer->add_tpp(careful, by_bank(at(1))));
  ok(f.writer->set_blocked("acme", true, by_bank(at(2))));
  ok(f.writer->set_blocked("acme", false, by_bank(at(3))));
  ok(f.writer->set_secret("acme", numbered(1), by_bank(at(4))));
  ok(f.writer->add_psu(sample_psu("john"), by_bank(at(5))));
  ok(f.writer->commit());
  check(lines(*f.reader),
        {"1 admin tpp_added tpp:acme scopes=account.balance,account.details,account.list "
         "redirect_uris=2 requires_pkce=yes requires_secret=no",
         "2 admin tpp_blocked tpp:acme", "3 admin tpp_unblocked tpp:acme",
         "4 admin tpp_secret_changed tpp:acme", "5 admin psu_added psu:john"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_way_of_a_consent_is_kept, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  ok(f.commit([&] { return f.writer->add_authorization(f.asking(4), at(30)); }));
  ok(f.commit([&] { return f.writer->deny(numbered(4), {"psu:jane", at(40)}); }));
  BOOST_TEST(ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(50)); })));
  authorization nobodys = f.asking(5);
  nobodys.tpp_username.clear();
  ok(f.commit([&] { return f.writer->add_authorization(nobodys, at(60)); }));
  check(lines(*f.reader, provisioned),
        {"0 tpp:acme authorization_started client:acme__1 scopes=account.details,account.list",
         "10 psu:john consent_granted consent:1 client=acme__1 psu=john scopes=account.list "
         "accounts=2",
         "20 tpp:acme token_issued consent:1 client=acme__1 scopes=account.list",
         "30 tpp:acme authorization_started client:acme__2 scopes=account.details,account.list",
         "40 psu:jane consent_denied client:acme__2",
         "50 tpp:acme token_revoked consent:1 client=acme__1 psu=john",
         "60 unknown authorization_started client:acme__3 scopes=account.details,account.list"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_other_end_is_kept_as_what_it_is, kind, store_kinds) {
  {
    flow_fixture<kind> f;
    const auto consent = f.issued();
    ok(f.commit(
        [&] { return f.writer->end_consent(consent, end_reason::withdrawn, by_bank(at(60))); }));
    check(lines(*f.reader, provisioned + 3),
          {"60 admin consent_withdrawn consent:1 client=acme__1 psu=john"});
  }
  flow_fixture<kind> f;
  f.issued();
  BOOST_REQUIRE((f.redeem(f.redeeming(2, 5)).what == redeemed::outcome::replayed));
  check(lines(*f.reader, provisioned + 3),
        {"20 tpp:acme code_replayed consent:1 client=acme__1 psu=john"});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_expiry_is_kept_once_by_the_purge, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  ok(f.commit([&] { return f.writer->add_authorization(f.asking(4), at(0)); }));
  ok(f.commit([&] { return f.writer->approve(f.approving(4, 5)); }));
  BOOST_TEST(ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(50)); })));
  const auto before = static_cast<std::int64_t>(lines(*f.reader).size());
  for (const std::int64_t when : {3599, 3600, 3600, 99'999}) {
    ok(f.commit([&] { return f.writer->purge(at(when), 100); }));
  }
  check(lines(*f.reader, before),
        {"3600 gateway consent_expired consent:2 client=acme__2 psu=john expired_at=" +
         std::to_string(at(3600).time_since_epoch().count())});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_did_not_happen_is_not_kept, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  const auto before = lines(*f.reader);
  ok(f.writer->begin());
  BOOST_TEST(fails_with(f.writer->add_tpp(sample_tpp("acme"), by_bank()), errc::conflict));
  BOOST_TEST(fails_with(f.writer->add_psu(sample_psu("john"), by_bank()), errc::conflict));
  BOOST_TEST(fails_with(f.writer->set_blocked("nobody", true, by_bank()), errc::not_found));
  BOOST_TEST(fails_with(f.writer->set_secret("nobody", numbered(1), by_bank()), errc::not_found));
  BOOST_TEST(fails_with(f.writer->approve(f.approving(1, 9)), errc::conflict));
  BOOST_TEST(fails_with(f.writer->deny(numbered(1), by_bank(at(10))), errc::conflict));
  BOOST_TEST(fails_with(f.writer->add_authorization(f.asking(1), at(0)), errc::conflict));
  BOOST_TEST((ok(f.writer->redeem(f.redeeming(99, 98))).what == redeemed::outcome::refused));
  BOOST_TEST(!ok(f.writer->revoke_token(numbered(99), at(10))));
  BOOST_TEST(!ok(f.writer->end_consent(consent_id{99}, end_reason::withdrawn, by_bank(at(10)))));
  ok(f.writer->mark());
  ok(f.writer->set_blocked("acme", true, by_bank()));
  ok(f.writer->undo_to_mark());
  ok(f.writer->commit());
  ok(f.writer->begin());
  ok(f.writer->set_blocked("acme", true, by_bank()));
  BOOST_TEST(lines(*f.writer).size() == before.size() + 1);
  f.writer->rollback();
  check(lines(*f.reader), before);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_act_without_a_write_is_kept_and_listed_in_pages, kind,
                              store_kinds) {
  store_fixture<kind> f;
  BOOST_TEST(fails_with(f.writer->record({}), errc::unavailable));  // no transaction
  ok(f.writer->begin());
  for (int i = 1; i <= 5; ++i) {
    ok(f.writer->record({at(i), "unknown", "login_failed", "psu:john", ""}));
  }
  ok(f.writer->commit());
  BOOST_TEST(ok(f.reader->list_audit(0, 0)).empty());
  const auto page = ok(f.reader->list_audit(2, 2));
  BOOST_REQUIRE(page.size() == 2U);
  BOOST_TEST(page[0].id == 3);
  BOOST_TEST(page[1].id == 4);
  BOOST_TEST(line_of(page[1]) == "4 unknown login_failed psu:john");
  BOOST_TEST(ok(f.reader->list_audit(5, 10)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
