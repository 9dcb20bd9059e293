// What store.hpp promises of links for a new second factor, over every implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

template <class kind>
struct link_fixture : flow_fixture<kind> {
  using flow_fixture<kind>::writer;

  enrolment link(unsigned handle, std::string psu = "john") const {
    return {numbered(handle), std::move(psu), std::string("\0new\xff", 5), at(86'400)};
  }
  result<void> start(const enrolment& e) {
    return this->commit([&] { return writer->start_enrolment(e, by_bank()); });
  }
  bool finish(unsigned handle, std::int64_t step, std::int64_t when = 50) {
    const origin by{"psu:john", at(when)};
    return ok(this->commit([&] { return writer->finish_enrolment(numbered(handle), step, by); }));
  }
  std::optional<enrolment> found(unsigned handle) {
    return ok(this->reader->find_enrolment(numbered(handle)));
  }
  psu account_holder(std::string_view username = "john") {
    return *ok(this->reader->find_psu(username));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_enrolment)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_link_is_found_as_it_was_filed, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.start(f.link(1)));
  const auto link = f.found(1);
  BOOST_REQUIRE(link);
  BOOST_TEST((link->handle == numbered(1)));
  BOOST_TEST(link->psu_username == "john");
  BOOST_TEST(link->totp_secret == std::string("\0new\xff", 5));
  BOOST_TEST((link->expires_at == at(86'400)));
  BOOST_TEST(!f.found(2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_old_factor_stays_until_the_link_is_finished, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.commit([&] { return f.writer->use_totp_step(f.john, 900); }));
  ok(f.start(f.link(1)));
  BOOST_TEST(f.account_holder().totp_secret == std::string("\0sealed\xff", 8));
  BOOST_TEST(f.finish(1, 700));
  BOOST_TEST(f.account_holder().totp_secret == std::string("\0new\xff", 5));
  BOOST_TEST(f.account_holder().totp_step == 700, "the steps are the new factor's");
  BOOST_TEST(f.account_holder("jane").totp_secret == std::string("\0sealed\xff", 8));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_link_works_once, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.start(f.link(1)));
  BOOST_TEST(f.finish(1, 700));
  BOOST_TEST(!f.finish(1, 701));
  BOOST_TEST(!f.found(1));
  BOOST_TEST(f.account_holder().totp_step == 700);
  BOOST_TEST(!f.finish(2, 700));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_link_ends_at_its_time_and_is_purged, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.start(f.link(1)));
  BOOST_TEST(!f.finish(1, 700, 86'400));
  const auto purge = [&](std::int64_t when) {
    return ok(f.commit([&] { return f.writer->purge(at(when), 100); }));
  };
  BOOST_TEST(purge(86'399) == 0U);
  BOOST_TEST(f.found(1).has_value());
  BOOST_TEST(purge(86'400) == 1U);
  BOOST_TEST(!f.found(1));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_newer_link_takes_the_place_of_the_older, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.start(f.link(1)));
  ok(f.start(f.link(2, "jane")));
  ok(f.start(f.link(3)));
  BOOST_TEST(!f.found(1));
  BOOST_TEST(!f.finish(1, 700));
  BOOST_TEST(f.found(2).has_value());
  BOOST_TEST(f.finish(3, 700));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_refused_changes_nothing, kind, store_kinds) {
  link_fixture<kind> f;
  ok(f.start(f.link(1)));
  BOOST_TEST(fails_with(f.start(f.link(2, "nobody")), errc::not_found));
  BOOST_TEST(fails_with(f.start(f.link(1, "jane")), errc::conflict));
  BOOST_TEST(f.found(1)->psu_username == "john");
  BOOST_TEST(fails_with(f.writer->start_enrolment(f.link(3), by_bank()), errc::unavailable));
  BOOST_TEST(fails_with(f.writer->finish_enrolment(numbered(1), 7, by_bank()), errc::unavailable));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(both_acts_are_in_the_audit, kind, store_kinds) {
  link_fixture<kind> f;
  const auto before = ok(f.reader->list_audit(0, 100)).size();
  ok(f.start(f.link(1)));
  f.finish(1, 700);
  f.finish(1, 700);
  const auto all = ok(f.reader->list_audit(0, 100));
  BOOST_REQUIRE(all.size() == before + 2);
  BOOST_TEST(all[before].act.action == "enrolment_started");
  BOOST_TEST(all[before].act.subject == "psu:john");
  BOOST_TEST(all[before + 1].act.action == "psu_enrolled");
  BOOST_TEST(all[before + 1].act.actor == "psu:john");
}

BOOST_AUTO_TEST_SUITE_END()
