// What store.hpp promises of events and webhooks, over every implementation.
#include <boost/test/unit_test.hpp>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

template <class kind>
struct event_fixture : flow_fixture<kind> {
  using flow_fixture<kind>::writer;
  using flow_fixture<kind>::reader;

  flag set_webhook(const std::string& url = "https://tpp.example/hook", bool rotates = false,
                   const std::string& secret = "sealed") {
    const webhook_setting w{"acme", url, secret, rotates, at(100)};
    return ok(this->commit([&] { return writer->set_webhook(w, by_bank()); }));
  }
  consent_id granted(unsigned handle) {
    ok(writer->begin());
    ok(writer->add_authorization(this->asking(handle), at(0)));
    const auto id = ok(writer->approve(this->approving(handle, handle + 100)));
    ok(writer->commit());
    return id;
  }
  void end(consent_id consent, end_reason why = end_reason::withdrawn) {
    ok(this->commit([&] { return writer->end_consent(consent, why, by_bank(at(30))); }));
  }
  void settle(std::int64_t number, consent_id consent, event_state state, timestamp due = at(0)) {
    const delivery_outcome o{this->acme, number, consent, state, due, "no answer"};
    ok(this->commit([&] { return writer->settle_deliveries({&o, 1}, at(50)); }));
  }
  result<std::size_t> replay(std::optional<std::int64_t> number = {}) {
    return this->commit([&] { return writer->replay_events("acme", number, by_bank(at(200))); });
  }
  std::vector<event> events(std::optional<event_state> state = {}) {
    return ok(reader->list_events({.tpp_username = "acme", .state = state}));
  }
  /// "1 granted kept; 2 revoked pending; "
  std::string told() {
    constexpr const char* types[] = {"", "granted", "revoked", "expired", "token"};
    constexpr const char* states[] = {"kept", "pending", "delivered", "dead"};
    std::string all;
    for (const event& e : events()) {
      all += std::to_string(e.number) + " " + types[static_cast<int>(e.type)] + " " +
             states[static_cast<int>(e.state)] + "; ";
    }
    return all;
  }
  /// The numbers that could be delivered now or later, in order.
  std::string next() {
    std::string all;
    for (const auto& d : ok(reader->next_deliveries(this->acme, 100))) {
      all += std::to_string(d.what.number) + " ";
    }
    return all;
  }
  std::size_t told_of_changes() { return writer->take_changes().events.size(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract_event)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_grant_and_its_end_are_events, kind, store_kinds) {
  event_fixture<kind> f;
  const auto consent = f.granted(1);
  BOOST_TEST(f.told() == "1 granted kept; ");
  f.end(consent);
  BOOST_TEST(f.told() == "1 granted kept; 2 revoked kept; ", "no token was issued");
  f.end(consent);
  BOOST_TEST(f.told() == "1 granted kept; 2 revoked kept; ", "it had ended");
  const event e = f.events().back();
  BOOST_TEST((e.tpp == f.acme));
  BOOST_TEST(e.tpp_username == "acme");
  BOOST_TEST(e.client_number == 1);
  BOOST_TEST((e.consent == consent));
  BOOST_TEST((e.at == at(30)));
  BOOST_TEST((e.expires_at == at(3600)));
  BOOST_TEST((e.scopes == scope_set{scope::account_list}));
  BOOST_TEST((e.reason == end_reason::withdrawn));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_end_of_a_token_is_an_event_of_its_own, kind, store_kinds) {
  event_fixture<kind> f;
  f.issued();
  ok(f.commit([&] { return f.writer->revoke_token(numbered(3), at(40)); }));
  BOOST_TEST(f.told() == "1 granted kept; 2 revoked kept; 3 token kept; ");
  BOOST_TEST((f.events().back().reason == end_reason::revoked_by_tpp));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_replayed_code_is_told_of, kind, store_kinds) {
  event_fixture<kind> f;
  f.issued();
  f.redeem(f.redeeming(2, 4));
  BOOST_TEST(f.told() == "1 granted kept; 2 revoked kept; 3 token kept; ");
  BOOST_TEST((f.events().back().reason == end_reason::code_replayed));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(expiry_is_told_once, kind, store_kinds) {
  event_fixture<kind> f;
  f.issued();
  for (int i = 0; i < 2; ++i) {
    ok(f.commit([&] { return f.writer->purge(at(3600), 100); }));
    BOOST_TEST(f.told() == "1 granted kept; 2 expired kept; ");
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(without_the_change_there_is_no_event, kind, store_kinds) {
  event_fixture<kind> f;
  const auto consent = f.granted(1);
  ok(f.writer->begin());
  ok(f.writer->end_consent(consent, end_reason::withdrawn, by_bank(at(30))));
  f.writer->rollback();
  BOOST_TEST(f.told() == "1 granted kept; ");
  ok(f.writer->begin());
  ok(f.writer->mark());
  ok(f.writer->end_consent(consent, end_reason::withdrawn, by_bank(at(30))));
  ok(f.writer->undo_to_mark());
  ok(f.writer->commit());
  BOOST_TEST(f.told() == "1 granted kept; ");
  BOOST_TEST(!f.commit([&] { return f.writer->approve(f.approving(1, 9)); }));
  f.end(consent);
  BOOST_TEST(f.told() == "1 granted kept; 2 revoked kept; ", "no number was lost");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(each_tpp_counts_for_itself, kind, store_kinds) {
  event_fixture<kind> f;
  f.granted(1);
  ok(f.writer->begin());
  auto asked = f.asking(2);
  asked.tpp = ok(f.writer->add_tpp(sample_tpp("other"), by_bank()));
  ok(f.writer->add_authorization(asked, at(0)));
  ok(f.writer->approve(f.approving(2, 102)));
  ok(f.writer->commit());
  f.granted(3);
  const auto all = ok(f.reader->list_events({}));
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[1].number == 2);
  BOOST_TEST(all[2].number == 1);
  BOOST_TEST(all[2].tpp_username == "other");
  const auto behind =
      ok(f.reader->list_events({.tpp_username = {}, .after_tpp = f.acme, .after = 1}));
  BOOST_TEST(behind.size() == 2U);
  BOOST_TEST(ok(f.reader->list_events({.tpp_username = "acme", .after = 1})).size() == 1U);
  BOOST_TEST(ok(f.reader->list_events({.tpp_username = {}, .limit = 1})).size() == 1U);
  BOOST_TEST(ok(f.reader->list_events({.tpp_username = "nobody"})).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_webhook_gets_what_happens_from_now_on, kind, store_kinds) {
  event_fixture<kind> f;
  f.granted(1);
  BOOST_TEST(f.told_of_changes() == 0U);
  BOOST_TEST(f.set_webhook());
  f.granted(2);
  BOOST_TEST(f.told() == "1 granted kept; 2 granted pending; ");
  BOOST_TEST(f.told_of_changes() == 1U);
  const auto next = ok(f.reader->next_deliveries(f.acme, 100));
  BOOST_REQUIRE(next.size() == 1U);
  BOOST_TEST(next[0].to.url == "https://tpp.example/hook");
  BOOST_TEST(next[0].to.secret == "sealed");
  BOOST_TEST((next[0].what.due_at == at(10)));
  const auto counts = ok(f.reader->count_pending());
  BOOST_REQUIRE(counts.size() == 1U);
  BOOST_TEST(counts[0].events == 1);
  BOOST_TEST(f.events(event_state::pending).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_new_url_keeps_the_secret_unless_it_rotates, kind, store_kinds) {
  event_fixture<kind> f;
  BOOST_TEST(f.set_webhook("https://a.example/", true, "first"), "there was none to rotate");
  BOOST_TEST(!f.set_webhook("https://b.example/", false, "second"));
  auto w = ok(f.reader->list_webhooks()).at(0);
  BOOST_TEST(w.url == "https://b.example/");
  BOOST_TEST(w.secret == "first");
  BOOST_TEST(w.former_secret == "");
  BOOST_TEST(f.set_webhook("https://b.example/", true, "third"));
  w = ok(f.reader->list_webhooks()).at(0);
  BOOST_TEST(w.secret == "third");
  BOOST_TEST(w.former_secret == "first");
  BOOST_TEST((w.former_until == at(100)));
  const webhook_setting unknown{"nobody", "https://a.example/", "s", false, at(0)};
  BOOST_TEST(fails_with(f.commit([&] { return f.writer->set_webhook(unknown, by_bank()); }),
                        errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_one_consent_one_is_due_at_a_time_in_order, kind, store_kinds) {
  event_fixture<kind> f;
  f.set_webhook();
  const auto first = f.issued();  // 1
  f.granted(5);                   // 2
  f.end(first);                   // 3, 4
  BOOST_TEST(f.next() == "1 2 ");
  f.settle(1, first, event_state::pending, at(60));
  BOOST_TEST(f.next() == "2 1 ", "by when they are due");
  f.settle(1, first, event_state::delivered);
  BOOST_TEST(f.next() == "2 3 ");
  f.settle(3, first, event_state::dead);
  BOOST_TEST(f.next() == "2 4 ");
  f.settle(4, first, event_state::delivered);
  BOOST_TEST(f.next() == "2 ");
  BOOST_TEST(f.told() ==
             "1 granted delivered; 2 granted pending; 3 revoked dead; 4 token delivered; ");
  BOOST_TEST(f.events()[0].attempts == 2U);
  BOOST_TEST(f.events()[2].last_error == "no answer");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_settled_stays_so, kind, store_kinds) {
  event_fixture<kind> f;
  f.set_webhook();
  const auto consent = f.granted(1);
  f.settle(1, consent, event_state::delivered);
  f.settle(1, consent, event_state::pending, at(90));
  BOOST_TEST(f.told() == "1 granted delivered; ");
  BOOST_TEST(f.events()[0].attempts == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(dead_events_are_replayed_in_order, kind, store_kinds) {
  event_fixture<kind> f;
  f.set_webhook();
  const auto consent = f.issued();
  f.end(consent);
  for (const int n : {1, 2, 3})
    f.settle(n, consent, n == 2 ? event_state::delivered : event_state::dead);
  f.told_of_changes();
  BOOST_TEST(ok(f.replay()) == 2U);
  BOOST_TEST(f.told_of_changes() == 1U);
  BOOST_TEST(f.told() == "1 granted pending; 2 revoked delivered; 3 token pending; ");
  BOOST_TEST(f.next() == "1 ");
  const event e = f.events()[0];
  BOOST_TEST((e.pending_since == at(200)));
  BOOST_TEST((e.due_at == at(200)));
  BOOST_TEST(e.attempts == 0U);
  BOOST_TEST(ok(f.replay()) == 0U);
  BOOST_TEST(ok(f.replay(2)) == 1U, "a delivered one, by its number");
  BOOST_TEST(f.next() == "1 ", "one is due already");
  BOOST_TEST(fails_with(f.replay(2), errc::not_found));
  BOOST_TEST(fails_with(f.replay(77), errc::not_found));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(without_its_webhook_a_tpp_polls, kind, store_kinds) {
  event_fixture<kind> f;
  f.set_webhook();
  f.granted(1);
  const auto remove = [&](event_state left) {
    return f.commit([&] { return f.writer->remove_webhook("acme", left, by_bank()); });
  };
  ok(remove(event_state::kept));
  BOOST_TEST(f.told() == "1 granted kept; ");
  BOOST_TEST(f.next().empty());
  BOOST_TEST(ok(f.reader->list_webhooks()).empty());
  BOOST_TEST(fails_with(remove(event_state::kept), errc::not_found));
  BOOST_TEST(fails_with(f.replay(1), errc::conflict));
  f.set_webhook();
  f.granted(2);
  ok(remove(event_state::dead));
  BOOST_TEST(f.told() == "1 granted kept; 2 granted dead; ");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(at_a_new_url_what_is_pending_is_due, kind, store_kinds) {
  event_fixture<kind> f;
  f.set_webhook();
  const auto consent = f.granted(1);
  f.end(consent);
  f.settle(1, consent, event_state::pending, at(9000));
  f.told_of_changes();
  f.set_webhook();
  BOOST_TEST((f.events()[0].due_at == at(9000)), "the URL of before");
  BOOST_TEST(f.told_of_changes() == 0U);
  f.set_webhook("https://b.example/hook");
  BOOST_TEST((f.events()[0].due_at == by_bank().now));
  BOOST_TEST((f.events()[1].due_at == waits_for_earlier));
  BOOST_TEST(f.told_of_changes() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(old_events_go_but_none_that_is_pending, kind, store_kinds) {
  event_fixture<kind> f;
  f.granted(1);
  f.set_webhook();
  const auto waiting = f.granted(2);
  f.end(f.granted(3));
  const auto purge = [&](std::int64_t until, std::size_t limit) {
    return ok(f.commit([&] { return f.writer->purge_events(at(until), limit); }));
  };
  BOOST_TEST(purge(9, 100) == 0U);
  BOOST_TEST(purge(10, 100) == 1U);
  BOOST_TEST(f.told() == "2 granted pending; 3 granted pending; 4 revoked pending; ");
  f.settle(2, waiting, event_state::delivered);
  BOOST_TEST(purge(30, 100) == 1U);
  f.granted(4);
  BOOST_TEST(f.told() == "3 granted pending; 4 revoked pending; 5 granted pending; ");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_the_bank_does_is_in_the_audit, kind, store_kinds) {
  event_fixture<kind> f;
  const auto before = ok(f.reader->list_audit(0, 100)).size();
  f.set_webhook();
  f.set_webhook("https://b.example/secret-path", true);
  ok(f.replay());
  ok(f.commit([&] { return f.writer->remove_webhook("acme", event_state::kept, by_bank()); }));
  std::string acts;
  for (const auto& r : ok(f.reader->list_audit(static_cast<std::int64_t>(before), 100))) {
    acts += r.act.action + " " + r.act.subject + " " + r.act.details + "; ";
  }
  BOOST_TEST(acts ==
             "webhook_set tpp:acme secret=made; webhook_set tpp:acme secret=rotated; "
             "event_replayed tpp:acme events=0; webhook_removed tpp:acme ; ");
}

BOOST_AUTO_TEST_SUITE_END()
