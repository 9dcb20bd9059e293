// What store.hpp promises of when consents were last used, and of what became of a clientId, over
// every implementation.
#include <array>
#include <boost/test/unit_test.hpp>

#include "store/sqlite_connection.hpp"
#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

template <class kind>
struct use_fixture : flow_fixture<kind> {
  using flow_fixture<kind>::writer;

  void note(std::vector<consent_use> uses) {
    ok(this->commit([&] { return writer->note_uses(uses); }));
  }
  std::optional<timestamp> last_used(std::int64_t number = 1) {
    return ok(this->reader->find_consent_of(this->acme, number))->last_used_at;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_use)

BOOST_AUTO_TEST_CASE_TEMPLATE(last_used_moves_forward_only, kind, store_kinds) {
  use_fixture<kind> f;
  const auto consent = f.issued();
  BOOST_TEST(!f.last_used());
  f.note({{consent, at(100)}});
  BOOST_TEST((f.last_used() == at(100)));
  f.note({{consent, at(90)}});
  BOOST_TEST((f.last_used() == at(100)));
  f.note({{consent, at(200)}, {consent_id{4711}, at(300)}});
  BOOST_TEST((f.last_used() == at(200)));
  BOOST_TEST((ok(f.reader->list_consents({})).at(0).last_used_at == at(200)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_use_ends_nothing_that_is_kept_in_memory_and_is_no_act, kind,
                              store_kinds) {
  use_fixture<kind> f;
  const auto consent = f.issued();
  const auto acts = ok(f.reader->list_audit(0, 100)).size();
  f.note({{consent, at(100)}});
  const auto changes = f.writer->take_changes();
  BOOST_TEST(changes.consents.empty());
  BOOST_TEST(changes.tpps.empty());
  BOOST_TEST(ok(f.reader->list_audit(0, 100)).size() == acts);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_use_that_comes_behind_the_end_is_kept, kind, store_kinds) {
  use_fixture<kind> f;
  const auto consent = f.issued();
  ok(f.commit(
      [&] { return f.writer->end_consent(consent, end_reason::withdrawn, by_bank(at(120))); }));
  f.note({{consent, at(110)}});
  BOOST_TEST((f.last_used() == at(110)));
  BOOST_TEST(fails_with(f.writer->note_uses({}), errc::unavailable));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_client_is_found_with_its_request_and_its_consent, kind,
                              store_kinds) {
  use_fixture<kind> f;
  const auto consent = f.approved();
  ok(f.commit([&] { return f.writer->add_authorization(f.asking(5), at(0)); }));
  const auto first = ok(f.reader->find_request_of(f.acme, 1));
  BOOST_REQUIRE(first);
  BOOST_TEST((first->handle == numbered(1)));
  BOOST_TEST((first->decided == authorization::state::approved));
  const auto granted = ok(f.reader->find_consent_of(f.acme, 1));
  BOOST_REQUIRE(granted);
  BOOST_TEST((granted->id == consent));
  BOOST_TEST((granted->accounts == std::vector{account_id{7}, account_id{9}}));
  BOOST_TEST((granted->scopes == scope_set{scope::account_list}));
  const auto second = ok(f.reader->find_request_of(f.acme, 2));
  BOOST_REQUIRE(second);
  BOOST_TEST((second->handle == numbered(5)));
  BOOST_TEST((second->decided == authorization::state::pending));
  BOOST_TEST(!ok(f.reader->find_consent_of(f.acme, 2)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_client_is_its_own_tpps_only, kind, store_kinds) {
  use_fixture<kind> f;
  f.approved();
  const auto other = ok(f.commit([&] { return f.writer->add_tpp(sample_tpp("bolt"), by_bank()); }));
  BOOST_TEST(!ok(f.reader->find_request_of(other, 1)));
  BOOST_TEST(!ok(f.reader->find_consent_of(other, 1)));
  BOOST_TEST(!ok(f.reader->find_request_of(f.acme, 2)));
  BOOST_TEST(!ok(f.reader->find_consent_of(f.acme, 0)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_consent_outlives_its_request, kind, store_kinds) {
  use_fixture<kind> f;
  f.approved();
  ok(f.commit([&] { return f.writer->purge(at(1800 + 86'400), 100); }));
  BOOST_TEST(!ok(f.reader->find_request_of(f.acme, 1)));
  BOOST_TEST(ok(f.reader->find_consent_of(f.acme, 1)).has_value());
}

// However many consents a TPP has, one of them and one page of them are found by a search.
BOOST_AUTO_TEST_CASE(neither_a_client_nor_a_page_is_found_by_looking_through_all) {
  const temp_folder folder;
  const auto store = ok(sqlite_store::open(folder.file("plan.db")));
  const auto db =
      ok(sqlite_connection::open(folder.file("plan.db"), sqlite_connection::access::read_only));
  const auto plan = [&](sql_text sql) {
    std::string text;
    auto q = db->query(sql);
    ok(q.each([&] { text += q.get<std::string>(3) + "\n"; }));
    return text;
  };
  const auto consent =
      plan("EXPLAIN QUERY PLAN SELECT * FROM consent WHERE tpp = 1 AND client_number = 1");
  BOOST_TEST(consent.find("consent_by_client (tpp=? AND client_number=?)") != std::string::npos,
             consent);
  const auto request =
      plan("EXPLAIN QUERY PLAN SELECT * FROM authorization WHERE tpp = 1 AND client_number = 1");
  BOOST_TEST(
      request.find("authorization_by_client (tpp=? AND client_number=?)") != std::string::npos,
      request);
  const auto page = plan(
      "EXPLAIN QUERY PLAN SELECT * FROM consent WHERE id > 7 AND tpp = 1 ORDER BY id LIMIT 100");
  BOOST_TEST(page.find("TEMP B-TREE") == std::string::npos, page);
  BOOST_TEST(page.find("consent_by_tpp (tpp=? AND rowid>?)") != std::string::npos, page);
}

BOOST_AUTO_TEST_SUITE_END()
