// What a restart keeps, and what a start refuses: a sandbox and a bank's data stay apart, a
// database has its own key and one server.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

config bank(const temp_folder& folder) {
  config c;
  c.listen = "127.0.0.1:0";
  c.admin_listen = "127.0.0.1:0";
  c.threads = 1;
  c.token_cache_entries = 1024;
  c.database = folder.file("bank.db");
  return c;
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void check_refused(const config& c, errc code, const std::string& said) {
  const auto started = gateway::start(c);
  BOOST_REQUIRE_MESSAGE(!started, said);
  BOOST_TEST((started.error().code == code), started.error().message);
  BOOST_TEST(started.error().message.find(said) != std::string::npos, started.error().message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_restart)

BOOST_AUTO_TEST_CASE(tokens_consents_and_ends_survive) {
  sandbox_gateway g;
  const auto live = g.token();
  const auto revoked = g.token();
  g.revoke(revoked);
  const auto h = g.authorize();
  const auto pending = g.authorize();
  const auto code = g.approve(h);
  g.stop();
  const auto before = database_view(g.database()).dump();
  g.start();
  BOOST_TEST((database_view(g.database()).dump() == before), "--sandbox again changes nothing");
  BOOST_TEST(g.read_accounts(live).status == 200U);
  BOOST_TEST(g.read_accounts(revoked).status == 401U);
  g.redeem(h, code);
  g.redeem(pending, g.approve(pending));
}

BOOST_AUTO_TEST_CASE(only_digests_are_stored) {
  sandbox_gateway g;
  const auto h = g.authorize();
  const auto code = g.approve(h);
  const auto t = g.redeem(h, code);
  g.stop();
  std::ifstream file(g.database(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  BOOST_TEST(bytes.find("username") != std::string::npos);
  for (const auto& secret :
       {h.request_id, code, t, std::string("sandbox-secret"), std::string("sandbox-password")}) {
    BOOST_TEST((bytes.find(secret) == std::string::npos), secret);
  }
}

BOOST_AUTO_TEST_CASE(a_banks_database_is_no_sandbox) {
  const temp_folder folder;
  auto c = bank(folder);
  {
    const auto g = gateway::start(c);
    BOOST_REQUIRE_MESSAGE(g, g.error().message);
    const auto key = first_line(c.database + ".admin-key");
    const auto r = post((*g)->admin_address(), "/admin/tpps",
                        bearer_line(key) + "Content-Type: application/json\r\n",
                        R"({"username":"t","name":"T","redirect_uris":["https://t.example/"],)"
                        R"("scopes":["account.list"]})");
    BOOST_TEST(r.status == 201U, r.body);
    BOOST_TEST(
        post((*g)->admin_address(), "/admin/tpps", bearer_line("sandbox-admin-key"), "{}").status ==
        401U);
    BOOST_TEST(post((*g)->public_address(), "/").status == 404U);
  }
  const auto before = database_view(c.database).dump();
  c.sandbox = true;
  check_refused(c, errc::bad_configuration, "sandbox");
  BOOST_TEST((database_view(c.database).dump() == before));
  c.sandbox = false;
  BOOST_TEST(gateway::start(c).has_value());
}

BOOST_AUTO_TEST_CASE(a_sandboxs_database_is_no_banks) {
  sandbox_gateway g;
  g.stop();
  auto c = g.settings();
  c.sandbox = false;
  check_refused(c, errc::bad_configuration, "--sandbox");
}

BOOST_AUTO_TEST_CASE(the_key_belongs_to_the_database) {
  sandbox_gateway g;
  const auto t = g.token();
  g.stop();
  const auto key_file = g.database() + ".key";
  const auto key = [&] {
    std::ifstream file(key_file, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), {});
  }();
  BOOST_TEST(key.size() == 32U);
  std::ofstream(key_file, std::ios::binary) << std::string(32, 'x');
  check_refused(g.settings(), errc::bad_configuration, key_file);
  std::filesystem::remove(key_file);
  check_refused(g.settings(), errc::bad_configuration, key_file);
  BOOST_TEST(!std::filesystem::exists(key_file), "no new key for an old database");
  std::ofstream(key_file, std::ios::binary) << key;
  ::chmod(key_file.c_str(), 0644);
  check_refused(g.settings(), errc::bad_configuration, key_file);
  ::chmod(key_file.c_str(), 0600);
  g.start();
  BOOST_TEST(g.read_accounts(t).status == 200U);
}

BOOST_AUTO_TEST_CASE(one_server_per_database_and_address) {
  sandbox_gateway g;
  check_refused(g.settings(), errc::conflict, g.database());
  const temp_folder folder;
  auto c = bank(folder);
  c.listen = g.address();
  check_refused(c, errc::bad_configuration, "listen");
  c.listen = "127.0.0.1:0";
  c.admin_listen = g.admin_address();
  check_refused(c, errc::bad_configuration, "admin-listen");
  BOOST_TEST(g.read_accounts(g.token()).status == 200U);
}

BOOST_AUTO_TEST_CASE(two_gateways_fit_into_one_process) {
  sandbox_gateway a, b;
  const auto t = a.token();
  BOOST_TEST(a.read_accounts(t).status == 200U);
  BOOST_TEST(b.read_accounts(t).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_stop_finishes_what_is_in_flight) {
  sandbox_gateway g;
  http_client idle(g.address());
  BOOST_TEST(idle.post("/api/tpp/accounts").status == 401U);
  const auto address = g.address();
  g.stop();
  BOOST_TEST(idle.closed_by_peer());
  BOOST_CHECK_THROW(http_client{address}, std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
