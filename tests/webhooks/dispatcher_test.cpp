// Deliveries over real sockets: a dispatcher, a store, and receivers on loopback. Wall time stands
// still unless a test turns it.
#include "webhooks/dispatcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

#include "crypto/encoding.hpp"
#include "support/database_view.hpp"
#include "support/manual_clock.hpp"
#include "support/store_fixture.hpp"
#include "support/webhook_receiver.hpp"
#include "webhooks/signature.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string secret(32, 's');

// Wherever a test waits for what happens on another thread.
void eventually(const std::function<bool()>& holds, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!holds()) {
    BOOST_REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, what);
    std::this_thread::sleep_for(2ms);
  }
}

struct fixture {
  sqlite_kind place;
  manual_clock wall;
  std::mutex mutex;
  std::string lines;
  logger log{log_level::debug,
             [this](log_level, std::string_view line) {
               const std::lock_guard lock(mutex);
               lines.append(line).append("\n");
             },
             wall};
  config settings;
  server_key key{std::string(32, 'k')};
  change_clock changes;
  store_metrics counts;
  std::unique_ptr<webhook_dispatcher> dispatcher;
  std::unique_ptr<store_pool> pool;
  std::size_t most_deliveries = 256;
  unsigned handles = 0;
  psu_id john{};

  fixture() {
    wall.advance(at(100) - wall.now());
    settings.sandbox = true;
    settings.webhook_timeout = 60s;
  }
  ~fixture() {
    if (dispatcher) dispatcher->stop(std::chrono::steady_clock::now());
  }

  template <class work>
  auto write(work w) {
    return ok(pool->write_blocking(w));
  }

  /// With the settings as they are now.
  void open() {
    dispatcher = std::make_unique<webhook_dispatcher>(settings, wall, log, most_deliveries);
    dispatcher->use(ok(load_webhook_trust(settings.webhook_ca)));
    store_pool::options o;
    o.on_events = [this](std::span<const tpp_id> tpps) { dispatcher->wake(tpps); };
    pool = ok(store_pool::open(place.get(), o, changes, counts));
    write([](store_writer& s) -> result<void> {
      s.use_audit_key(numbered(7));
      return {};
    });
    john = write([](store_writer& s) { return s.add_psu(sample_psu("john"), by_bank()); });
  }
  void start() {
    if (!pool) open();
    dispatcher->start(*pool, key);
  }

  tpp_id add_tpp(const std::string& name, const std::string& url) {
    const auto id = write([&](store_writer& s) { return s.add_tpp(sample_tpp(name), by_bank()); });
    set_webhook(name, url);
    return id;
  }
  void set_webhook(const std::string& name, const std::string& url, bool rotates = false,
                   const std::string& own_secret = secret) {
    const webhook_setting w{name, url, key.seal(own_secret, webhook_seal_context(name)), rotates,
                            wall.now() + 24h};
    write([&](store_writer& s) { return s.set_webhook(w, by_bank()); });
  }
  consent_id grant(tpp_id tpp) {
    const unsigned n = ++handles;
    return write([&](store_writer& s) -> result<consent_id> {
      authorization a;
      a.handle = numbered(n);
      a.tpp = tpp;
      a.scopes = {scope::account_list};
      a.redirect_uri = "https://a.example/cb";
      a.expires_at = wall.now() + 1800s;
      if (auto added = s.add_authorization(a, wall.now()); !added) return added.error();
      return s.approve({.handle = numbered(n),
                        .owner = john,
                        .scopes = {scope::account_list},
                        .accounts = {account_id{7}},
                        .code = numbered(n + 1000),
                        .now = wall.now(),
                        .code_expires_at = wall.now() + 60s,
                        .consent_expires_at = wall.now() + 24h * 30,
                        .actor = "psu:john"});
    });
  }
  void end(consent_id c) {
    write([&](store_writer& s) {
      return s.end_consent(c, end_reason::withdrawn, by_bank(wall.now()));
    });
  }
  event about(std::int64_t number, const std::string& tpp = "acme") {
    const event_filter f{.tpp_username = tpp, .after = number - 1, .limit = 1};
    return ok(pool->read_blocking([&](store_reader& s) { return s.list_events(f); })).at(0);
  }
  void until_state(event_state state, std::int64_t number = 1, const std::string& tpp = "acme") {
    eventually([&] { return about(number, tpp).state == state; },
               "event " + std::to_string(number) + " of " + tpp + " does not become " +
                   std::to_string(static_cast<int>(state)));
  }
  void until_tried(unsigned attempts, std::int64_t number = 1) {
    eventually([&] { return about(number).attempts >= attempts; }, "no attempt was made");
  }
  /// Turns the clock on, a second at a time, until the receiver has so many deliveries.
  void turn_until(webhook_receiver& r, std::size_t deliveries) {
    eventually(
        [&] {
          wall.advance(1s);
          std::this_thread::sleep_for(20ms);
          return r.count() >= deliveries;
        },
        "no further delivery");
  }
  bool log_shows(const std::string& text) {
    const std::lock_guard lock(mutex);
    return lines.find(text) != std::string::npos;
  }
  bool logged(const std::string& event) { return log_shows("\"event\":\"" + event + "\""); }
};

std::string types(const std::vector<webhook_receiver::delivery>& all) {
  std::string text;
  for (const auto& d : all) text += d.type() + "@" + d.header("webhook-id") + " ";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_dispatching)

BOOST_FIXTURE_TEST_CASE(an_event_is_delivered_signed_as_soon_as_it_is_committed, fixture) {
  webhook_receiver r;
  start();
  const auto acme = add_tpp("acme", r.url());
  grant(acme);
  const auto d = r.wait_for(1).at(0);
  BOOST_TEST(d.target == "/hook");
  BOOST_TEST(d.header("content-type") == "application/json");
  BOOST_TEST(d.header("host") == r.url().substr(7, r.url().size() - 12));
  BOOST_TEST(d.header("webhook-id") == "acme-1");
  const auto sent = wall.now();
  BOOST_TEST(d.header("webhook-timestamp") == std::to_string(sent.time_since_epoch().count()));
  BOOST_TEST(d.header("webhook-signature") == webhook_signature("acme-1", sent, d.body, secret));
  BOOST_TEST(d.type() == "consent.granted");
  until_state(event_state::delivered);
  eventually([&] { return dispatcher->metrics().delivered == 1U; }, "not counted");
  BOOST_TEST(!log_shows(secret));
}

BOOST_FIXTURE_TEST_CASE(events_of_a_consent_arrive_in_order_whatever_fails, fixture) {
  webhook_receiver r;
  r.answer_next({"500 No", "503 No\r\nRetry-After: 1", "200 OK"});
  start();
  const auto acme = add_tpp("acme", r.url());
  end(grant(acme));
  turn_until(r, 4);
  BOOST_TEST(types(r.wait_for(4)) ==
             "consent.granted@acme-1 consent.granted@acme-1 "
             "consent.granted@acme-1 consent.revoked@acme-2 ");
  until_state(event_state::delivered, 2);
  BOOST_TEST(about(1).attempts == 3U);
  BOOST_TEST(about(1).last_error == "");
  BOOST_TEST(dispatcher->metrics().failed == 2U, "before the third was sent");
  BOOST_TEST(logged("webhook_failed"));
}

BOOST_FIXTURE_TEST_CASE(a_slow_tpp_delays_no_other, fixture) {
  webhook_receiver slow, quick;
  slow.hold(true);
  open();
  const auto one = add_tpp("acme", slow.url());
  const auto other = add_tpp("other", quick.url());
  for (int i = 0; i < 20; ++i) grant(one);
  start();
  slow.wait_for(8);
  for (int i = 0; i < 20; ++i) grant(other);
  quick.wait_for(20);
  BOOST_TEST(slow.count() == 8U, "to one TPP a few at once");
  slow.hold(false);
  slow.wait_for(20);
}

BOOST_FIXTURE_TEST_CASE(one_slow_answer_delays_no_other_consent, fixture) {
  webhook_receiver r;
  r.hold_next(1);
  start();
  const auto acme = add_tpp("acme", r.url());
  const auto held = grant(acme);
  r.wait_for(1);
  end(held);
  for (int i = 0; i < 10; ++i) grant(acme);
  r.wait_for(11);
  for (int n = 3; n <= 12; ++n) until_state(event_state::delivered, n);
  BOOST_TEST((about(1).state == event_state::pending));
  BOOST_TEST((about(2).state == event_state::pending), "behind it");
  r.hold_next(0);
  until_state(event_state::delivered, 2);
}

BOOST_FIXTURE_TEST_CASE(all_tpps_together_have_so_many_places_and_each_gets_one, fixture) {
  constexpr std::size_t tpps = 4;
  std::vector<webhook_receiver> receivers(tpps + 1);
  for (auto& r : receivers) r.hold(true);
  most_deliveries = tpps;
  open();
  for (std::size_t i = 0; i <= tpps; ++i) {
    const auto tpp = add_tpp("tpp" + std::to_string(i), receivers[i].url());
    for (int n = 0; n < 10; ++n) grant(tpp);
  }
  const auto sent = [&] {
    std::size_t all = 0;
    for (auto& r : receivers) all += r.count();
    return all;
  };
  start();
  eventually([&] { return sent() == tpps; }, "places are left free");
  for (auto& r : receivers) BOOST_TEST(r.count() <= tpps / 2);
  for (auto& r : receivers) r.hold(false);
  for (auto& r : receivers) r.wait_for(10);
  BOOST_TEST(sent() == 10 * (tpps + 1));
}

BOOST_FIXTURE_TEST_CASE(who_does_not_answer_in_time_is_tried_again, fixture) {
  webhook_receiver r;
  r.hold(true);
  settings.webhook_timeout = 100ms;
  start();
  grant(add_tpp("acme", r.url()));
  until_tried(1);
  BOOST_TEST(about(1).last_error == "no answer in time");
  r.hold(false);
  turn_until(r, 2);
  // Under load the second may be too slow as well: it is the answer in the end that counts.
  eventually(
      [&] {
        wall.advance(1s);
        return about(1).state == event_state::delivered;
      },
      "never");
}

BOOST_FIXTURE_TEST_CASE(a_redirect_is_not_followed, fixture) {
  webhook_receiver elsewhere, r;
  r.answer("302 Found\r\nLocation: " + elsewhere.url());
  start();
  grant(add_tpp("acme", r.url()));
  until_tried(1);
  BOOST_TEST(about(1).last_error == "answered 302, and redirects are not followed");
  BOOST_TEST(elsewhere.connections() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_interim_answer_is_not_the_answer, fixture) {
  webhook_receiver r;
  std::string many;
  for (int i = 0; i < 20; ++i) many += "103 Early Hints\r\n\r\nHTTP/1.1 ";
  r.answer_next({many + "200 OK", "102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n" +
                                      std::string("Link: </a>\r\n\r\nHTTP/1.1 200 OK")});
  start();
  grant(add_tpp("acme", r.url()));
  until_tried(1);
  BOOST_TEST(about(1).last_error == "answered 103");
  turn_until(r, 2);
  until_state(event_state::delivered);
  BOOST_TEST(about(1).attempts == 2U);
}

// A listener whose backlog is full drops what would connect, like a filter on the way.
BOOST_AUTO_TEST_CASE(an_address_that_swallows_packets_leaves_time_for_the_next) {
  using asio::ip::tcp;
  const auto loopback = asio::ip::address_v4::loopback();
  asio::io_context loop;
  tcp::acceptor full(loop);
  full.open(tcp::v4());
  full.bind({loopback, 0});
  full.listen(0);
  std::vector<tcp::socket> fills;
  for (int i = 0; i < 4; ++i) {
    fills.emplace_back(loop).async_connect(full.local_endpoint(),
                                           [](const boost::system::error_code&) {});
  }
  webhook_receiver r;
  auto target = ok(parse_webhook_url(r.url(), true));
  const tcp::endpoint good(loopback, target.port);
  const webhook_route route{std::move(target), {full.local_endpoint(), good}, {}};
  const webhook_message message{"acme-1", "0", "v1,x", "{}"};
  const auto deadline = std::chrono::steady_clock::now() + 4s;
  auto sent = asio::co_spawn(loop, deliver(route, message, deadline), asio::use_future);
  while (sent.wait_for(0s) != std::future_status::ready) loop.run_one_for(100ms);
  BOOST_TEST((sent.get().what == attempt::outcome::delivered));
  BOOST_TEST(r.count() == 1U);
}

BOOST_FIXTURE_TEST_CASE(no_byte_of_an_answer_but_its_status_is_kept, fixture) {
  webhook_receiver r;
  r.answer_next({"500 secret-of-the-intranet\r\nX: secret-of-the-intranet",
                 "200 OK\r\nX: " + std::string(10'000, 'x'), "nonsense"});
  start();
  grant(add_tpp("acme", r.url()));
  until_tried(1);
  BOOST_TEST(about(1).last_error == "answered 500");
  turn_until(r, 2);
  until_tried(2);
  BOOST_TEST(about(1).last_error == "the answer is not HTTP, or its header is longer than 8 KiB");
  turn_until(r, 3);
  until_tried(3);
  BOOST_TEST(!log_shows("secret-of-the-intranet"));
}

BOOST_FIXTURE_TEST_CASE(outside_the_sandbox_it_reaches_nothing_private, fixture) {
  webhook_receiver r;
  settings.sandbox = false;
  start();
  const auto port = r.url().substr(r.url().rfind(':'));
  grant(add_tpp("acme", "https://127.0.0.1" + port));
  grant(add_tpp("named", "https://localhost" + port));
  until_tried(1);
  BOOST_TEST(about(1).last_error ==
             "127.0.0.1 is no public address; webhook-networks may allow it");
  eventually([&] { return about(1, "named").attempts > 0; }, "no attempt");
  BOOST_TEST(about(1, "named").last_error.find("is no public address") != std::string::npos);
  BOOST_TEST(r.connections() == 0U);
}

BOOST_FIXTURE_TEST_CASE(over_tls_the_receiver_must_be_who_it_says, fixture) {
  temp_folder folder;
  const test_ca ca("authority"), stranger("stranger");
  ca.own().write_certificate(folder.file("ca.pem"));
  const auto good = ca.issue("tpp", test_ca::use::server);
  const auto expired = ca.issue("tpp", test_ca::use::server, -1);
  const auto foreign = stranger.issue("tpp", test_ca::use::server);
  webhook_receiver trusted(&good), outdated(&expired), unknown(&foreign);
  settings.sandbox = false;
  settings.webhook_networks = "127.0.0.0/8 ::1";
  settings.webhook_ca = folder.file("ca.pem");
  start();
  grant(add_tpp("acme", trusted.url("localhost")));
  grant(add_tpp("address", trusted.url()));
  grant(add_tpp("other", trusted.url("127.0.0.2")));
  grant(add_tpp("outdated", outdated.url()));
  grant(add_tpp("unknown", unknown.url()));
  trusted.wait_for(2);
  until_state(event_state::delivered);
  until_state(event_state::delivered, 1, "address");
  for (const auto* name : {"other", "outdated", "unknown"}) {
    eventually([&] { return about(1, name).attempts > 0; }, name);
    BOOST_TEST((about(1, name).state == event_state::pending), name);
  }
  BOOST_TEST(about(1, "outdated").last_error == "TLS: certificate has expired");
  BOOST_TEST(about(1, "unknown").last_error.starts_with("TLS: unable to get local issuer"));
  BOOST_TEST(outdated.count() + unknown.count() == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_is_given_up_is_dead_until_it_is_replayed, fixture) {
  webhook_receiver r;
  r.answer("500 No");
  settings.webhook_retry_for = 60s;
  start();
  const auto consent = grant(add_tpp("acme", r.url()));
  eventually(
      [&] {
        wall.advance(1s);
        return about(1).state == event_state::dead;
      },
      "not dead");
  BOOST_TEST(about(1).last_error == "answered 500");
  eventually([&] { return dispatcher->metrics().dead == 1U; }, "not counted");
  eventually([&] { return logged("webhook_dead"); }, "not logged");
  r.answer("200 OK");
  end(consent);
  until_state(event_state::delivered, 2);
  const auto before = r.count();
  const auto by = by_bank(wall.now());
  BOOST_TEST(write([&](store_writer& s) { return s.replay_events("acme", {}, by); }) == 1U);
  until_state(event_state::delivered, 1);
  BOOST_TEST(r.wait_for(before + 1).back().header("webhook-id") == "acme-1");
}

BOOST_FIXTURE_TEST_CASE(what_piles_up_behind_a_dead_receiver_is_given_up_in_time, fixture) {
  constexpr int events = 300;
  webhook_receiver r;
  r.answer("500 No");
  settings.webhook_retry_for = 60s;
  open();
  const auto acme = add_tpp("acme", r.url());
  for (int i = 0; i < events; ++i) grant(acme);
  start();
  until_tried(1);
  wall.advance(60s);
  until_state(event_state::dead, events);
  BOOST_TEST(about(events).last_error == "the webhook failed until webhook-retry-for was over");
  eventually([&] { return dispatcher->metrics().dead == 1U * events; }, "not counted");
  BOOST_TEST(r.count() < 1U * events / 2, "not by an attempt each");
}

BOOST_FIXTURE_TEST_CASE(a_receiver_that_is_gone_is_left_alone, fixture) {
  webhook_receiver r;
  r.answer("410 Gone");
  open();
  const auto acme = add_tpp("acme", r.url());
  end(grant(acme));
  start();
  until_state(event_state::dead, 1);
  until_state(event_state::dead, 2);
  BOOST_TEST(r.count() == 1U);
  BOOST_TEST(ok(pool->read_blocking([](store_reader& s) { return s.list_webhooks(); })).empty());
  grant(acme);
  BOOST_TEST((about(3).state == event_state::kept));
  const auto audit = [](store_reader& s) { return s.list_audit(0, 100); };
  const auto acts = ok(pool->read_blocking(audit));
  const auto removed = std::ranges::find(acts, "webhook_removed",
                                         [](const audit_record& a) { return a.act.action; });
  BOOST_REQUIRE((removed != acts.end()));
  BOOST_TEST(removed->act.actor == "gateway");
}

BOOST_FIXTURE_TEST_CASE(who_is_gone_at_a_former_url_is_not_gone_at_the_new_one, fixture) {
  webhook_receiver former, present;
  former.hold(true);
  former.answer("410 Gone");
  start();
  grant(add_tpp("acme", former.url()));
  former.wait_for(1);
  set_webhook("acme", present.url());
  former.hold(false);
  present.wait_for(1);
  until_state(event_state::delivered);
  const auto left = ok(pool->read_blocking([](store_reader& s) { return s.list_webhooks(); }));
  BOOST_TEST(left.at(0).url == present.url());
}

BOOST_FIXTURE_TEST_CASE(what_was_pending_at_a_start_is_delivered, fixture) {
  webhook_receiver r;
  open();
  const auto acme = add_tpp("acme", r.url());
  end(grant(acme));
  grant(acme);
  BOOST_TEST(r.connections() == 0U);
  start();
  r.wait_for(3);
  for (const int n : {1, 2, 3}) until_state(event_state::delivered, n);
  eventually([&] { return dispatcher->metrics().pending == 0; }, "still pending");
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_ran_ahead_strands_nothing, fixture) {
  webhook_receiver r;
  open();
  wall.advance(24h * 365);
  grant(add_tpp("acme", r.url()));
  wall.advance(-24h * 365);
  start();
  r.wait_for(1);
  until_state(event_state::delivered);
  BOOST_TEST((about(1).pending_since <= wall.now()));
}

BOOST_FIXTURE_TEST_CASE(a_rotated_secret_signs_beside_the_former_for_a_day, fixture) {
  webhook_receiver r;
  start();
  const auto acme = add_tpp("acme", r.url());
  const std::string fresh(32, 'f');
  set_webhook("acme", r.url(), true, fresh);
  grant(acme);
  auto d = r.wait_for(1).at(0);
  BOOST_TEST(d.header("webhook-signature") ==
             webhook_signature("acme-1", wall.now(), d.body, fresh, secret));
  wall.advance(24h);
  grant(acme);
  d = r.wait_for(2).at(1);
  BOOST_TEST(d.header("webhook-signature") ==
             webhook_signature("acme-2", wall.now(), d.body, fresh));
}

BOOST_FIXTURE_TEST_CASE(what_the_store_does_not_take_is_not_sent_again, fixture) {
  webhook_receiver r;
  r.hold(true);
  start();
  grant(add_tpp("acme", r.url()));
  r.wait_for(1);
  database_view view(place.folder.file("test.db"), database_view::access::read_write);
  view.run("CREATE TRIGGER full BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'full'); END");
  r.hold(false);
  const auto writes = counts.writes.load();
  eventually([&] { return counts.writes >= writes + 2; }, "the write is not tried again");
  BOOST_TEST(r.count() == 1U);
  view.run("DROP TRIGGER full");
  until_state(event_state::delivered);
  BOOST_TEST(r.count() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_stop_cuts_what_is_under_way_and_loses_nothing, fixture) {
  webhook_receiver r;
  r.hold(true);
  start();
  grant(add_tpp("acme", r.url()));
  r.wait_for(1);
  dispatcher->stop(std::chrono::steady_clock::now());
  BOOST_TEST((about(1).state == event_state::pending));
}

BOOST_AUTO_TEST_SUITE_END()
