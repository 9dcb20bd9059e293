// What store.hpp promises about TPPs with a certificate and the tokens bound to it, over every
// implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using outcome = redeemed::outcome;

namespace {

const std::string fca = "PSDGB-FCA-123456";
const std::string bafin = "PSDDE-BAFIN-654321";

tpp bound_tpp() {
  tpp t = sample_tpp("acme");
  t.organization = fca;
  return t;
}

template <class kind>
redemption with_certificate(const flow_fixture<kind>& f, const std::string& organization) {
  redemption r = f.redeeming(2, 3);
  r.organization = organization;
  r.certificate = numbered(77);
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_certificate)

BOOST_AUTO_TEST_CASE_TEMPLATE(keeps_the_organization, kind, store_kinds) {
  flow_fixture<kind> f(bound_tpp());
  BOOST_TEST(ok(f.reader->find_tpp("acme"))->organization == fca);
  BOOST_TEST(ok(f.reader->list_tpps()).at(0).organization == fca);
  ok(f.commit([&] { return f.writer->add_tpp(sample_tpp("free"), by_bank()); }));
  BOOST_TEST(ok(f.reader->find_tpp("free"))->organization.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_bound_tpp_gets_a_token_for_its_certificate_alone, kind,
                              store_kinds) {
  flow_fixture<kind> f(bound_tpp());
  f.approved();
  BOOST_TEST((f.redeem(f.redeeming(2, 3)).what == outcome::uncertified));
  BOOST_TEST((f.redeem(with_certificate(f, bafin)).what == outcome::uncertified));
  redemption nameless = f.redeeming(2, 3);
  nameless.organization = fca;
  BOOST_TEST((f.redeem(nameless).what == outcome::uncertified));
  BOOST_TEST(!ok(f.reader->find_token(numbered(3))));

  const auto done = f.redeem(with_certificate(f, fca));  // the code is not used up
  BOOST_TEST((done.what == outcome::issued));
  BOOST_TEST(done.bound);
  const auto kept = ok(f.reader->find_token(numbered(3)));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST((kept->certificate == numbered(77)));
  BOOST_TEST(kept->organization == fca);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_tpp_without_organization_gets_an_unbound_token, kind, store_kinds) {
  flow_fixture<kind> f;
  f.approved();
  const auto done = f.redeem(with_certificate(f, fca));
  BOOST_TEST((done.what == outcome::issued));
  BOOST_TEST(!done.bound);
  const auto kept = ok(f.reader->find_token(numbered(3)));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(!kept->certificate);
  BOOST_TEST(kept->organization.empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_replay_without_certificate_ends_the_consent, kind, store_kinds) {
  flow_fixture<kind> f(bound_tpp());
  f.approved();
  BOOST_REQUIRE((f.redeem(with_certificate(f, fca)).what == outcome::issued));
  BOOST_TEST((f.redeem(f.redeeming(2, 4)).what == outcome::replayed));
  BOOST_TEST(ok(f.reader->find_token(numbered(3)))->ended);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_organization_is_set_later_and_told_of, kind, store_kinds) {
  flow_fixture<kind> f;
  f.issued();
  const auto set = [&](const char* username, const std::string& organization) {
    return f.commit([&] { return f.writer->set_organization(username, organization, by_bank()); });
  };
  ok(set("acme", fca));
  BOOST_TEST((f.writer->take_changes().tpps == std::vector{f.acme}));
  BOOST_TEST(ok(f.reader->find_tpp("acme"))->organization == fca);
  const auto kept = ok(f.reader->find_token(numbered(3)));  // from before
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(!kept->certificate);
  BOOST_TEST(kept->organization == fca);
  ok(set("acme", fca));
  BOOST_TEST(fails_with(set("nobody", fca), errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(consents_pass_to_no_other_organization, kind, store_kinds) {
  flow_fixture<kind> f(bound_tpp());
  const auto set = [&](const std::string& organization) {
    return f.commit([&] { return f.writer->set_organization("acme", organization, by_bank()); });
  };
  ok(set(bafin));  // a slip, mended before anybody consented
  ok(set(fca));
  f.approved();
  BOOST_TEST(fails_with(set(bafin), errc::conflict));
  BOOST_TEST(fails_with(set(""), errc::conflict));
  ok(set(fca));
  BOOST_TEST(ok(f.reader->find_tpp("acme"))->organization == fca);
}

BOOST_AUTO_TEST_SUITE_END()
