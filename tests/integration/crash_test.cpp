// kill -9 while tokens are issued and revoked, again and again on one database: what was
// acknowledged holds. MULTIPASS_CRASH_ROUNDS sets how often.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "support/database_view.hpp"
#include "support/server_process.hpp"
#include "support/temp_folder.hpp"

using namespace multipass::testing;

namespace {

int rounds() {
  const char* set = std::getenv("MULTIPASS_CRASH_ROUNDS");
  return set == nullptr ? 10 : std::atoi(set);
}

// What clients were told. A revocation that was sent and not answered is in neither list: it may
// have happened or not.
struct acknowledged {
  std::mutex mutex;
  std::vector<std::string> live, revoked;
  std::atomic<int> count{0};

  void issued(const std::string& token) {
    const std::lock_guard lock(mutex);
    live.push_back(token);
    ++count;
  }
  void sent_revocation(const std::string& token) {
    const std::lock_guard lock(mutex);
    std::erase(live, token);
  }
  void ended(const std::string& token) {
    const std::lock_guard lock(mutex);
    revoked.push_back(token);
    ++count;
  }
};

// Until the server is gone, which shows as an exception.
void issue_and_revoke(sandbox_client client, acknowledged& known, unsigned seed) try {
  std::mt19937 random(seed);
  while (true) {
    const auto token = client.token();
    known.issued(token);
    if (random() % 2 == 0) continue;
    known.sent_revocation(token);
    if (client.revoke(token).status == 200) known.ended(token);
  }
} catch (const std::exception&) {
}

void crash(server_process& server, acknowledged& known, std::mt19937& random) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, seed = static_cast<unsigned>(random())] {
      issue_and_revoke(server.client(), known, seed);
    });
  }
  const int enough = known.count + 1 + static_cast<int>(random() % 40);
  while (known.count < enough) std::this_thread::yield();
  server.kill();
  for (auto& c : clients) c.join();
}

void check_tables(const std::string& database) {
  database_view view(database);
  BOOST_TEST(view.column("PRAGMA integrity_check") == "ok\n");
  BOOST_TEST(view.column("SELECT count(*) FROM pragma_foreign_key_check") == "0\n");
  BOOST_TEST(view.column("SELECT count(*) FROM consent WHERE id NOT IN "
                         "(SELECT consent FROM consent_account)") == "0\n");
  BOOST_TEST(view.column("SELECT count(*) FROM consent WHERE id NOT IN "
                         "(SELECT consent FROM authorization_code)") == "0\n");
  BOOST_TEST(view.column("SELECT count(*) FROM authorization WHERE decided = 1") ==
             view.column("SELECT count(*) FROM consent"));
  BOOST_TEST(view.column("SELECT count(*) FROM consent WHERE redeemed = 1") ==
             view.column("SELECT count(*) FROM access_token"));
}

void check_promises(sandbox_client& client, const acknowledged& known) {
  for (const auto& t : known.live) BOOST_TEST(client.read_accounts(t).status == 200U, t);
  for (const auto& t : known.revoked) BOOST_TEST(client.read_accounts(t).status == 401U, t);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_crash)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_kill_9) {
  const unsigned seed = std::random_device{}();
  std::cout << "integration_crash: seed " << seed << std::endl;
  std::mt19937 random(seed);
  const temp_folder folder;
  const auto database = folder.file("crash.db");
  acknowledged known;
  for (int round = 0; round < rounds(); ++round) {
    server_process server(database);
    check_tables(database);
    check_promises(server.client(), known);
    crash(server, known, random);
  }
  server_process server(database);
  check_tables(database);
  check_promises(server.client(), known);
  BOOST_TEST(known.live.size() > 0U);
  BOOST_TEST(known.revoked.size() > 0U);
  BOOST_TEST(server.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
