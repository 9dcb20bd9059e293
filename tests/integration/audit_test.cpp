// The audit of a whole gateway: what each act of the flow leaves, who may read it, the program's
// commands, and that it is sound after kill -9.
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "multipass/audit.hpp"
#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"
#include "support/server_process.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

struct outcome {
  int status = -1;
  std::string said;  // both outputs
};

outcome run_program(const std::string& arguments) {
  const char* program = std::getenv("MULTIPASS_PROGRAM");
  BOOST_REQUIRE_MESSAGE(program != nullptr, "MULTIPASS_PROGRAM does not name the program");
  const auto line = "MULTIPASS_ADMIN_KEY=sandbox-admin-key " + std::string(program) + " audit " +
                    arguments + " 2>&1";
  FILE* const pipe = popen(line.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  outcome o;
  std::array<char, 4096> part{};
  for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) {
    o.said.append(part.data(), n);
  }
  const int status = pclose(pipe);
  o.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return o;
}

boost::json::object read_audit(sandbox_client& client, const std::string& query = "limit=1000") {
  const auto r = client.admin_get("/admin/audit?" + query);
  BOOST_REQUIRE_MESSAGE(r.status == 200U, r.body);
  return boost::json::parse(r.body).as_object();
}

std::vector<std::string> acts_after(sandbox_client& client, std::size_t skipped) {
  std::vector<std::string> lines;
  const auto body = read_audit(client);
  for (const auto& item : body.at("records").as_array()) {
    if (skipped > 0) {
      --skipped;
      continue;
    }
    const auto text = [&](const char* name) {
      return std::string(item.as_object().at(name).as_string());
    };
    lines.push_back(text("actor") + " " + text("action") + " " + text("subject"));
  }
  return lines;
}

void check(const std::vector<std::string>& found, const std::vector<std::string>& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

constexpr std::size_t of_the_sandbox = 7;  // its own records

// On the consent page; returns the status of the answer to the form.
unsigned log_in(sandbox_client& client, const sandbox_client::handle& h, const std::string& psu,
                const std::string& password) {
  const auto query = "clientId=" + h.client_id + "&x-request-id=" + h.request_id;
  const auto page = get(client.address(), "/consent?" + query);
  const auto cookie = page.header("set-cookie");
  const auto csrf = between(between(page.body, "name=\"csrf\"", ">"), "value=\"", "\"");
  return post(client.address(), "/consent/login",
              form_line + "Origin: http://" + client.address() +
                  "\r\nCookie: " + cookie.substr(0, cookie.find(';')) + "\r\n",
              query + "&csrf=" + csrf + "&username=" + psu + "&password=" + password +
                  "&code=000000")
      .status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_audit)

BOOST_AUTO_TEST_CASE(a_new_sandbox_begins_its_audit) {
  sandbox_gateway g;
  check(acts_after(g, 0), {"gateway audit_begun audit", "gateway tpp_added tpp:username",
                           "gateway tpp_added tpp:qwac-tpp", "gateway psu_added psu:john",
                           "gateway accounts_imported accounts", "gateway psu_added psu:jane",
                           "gateway accounts_imported accounts"});
  g.stop();
  g.start();
  BOOST_TEST(acts_after(g, 0).size() == of_the_sandbox);
}

BOOST_AUTO_TEST_CASE(each_act_of_the_flow_is_there_once_in_order_and_without_a_secret) {
  sandbox_gateway g;
  const auto added = g.admin_post("/admin/tpps", R"({"username":"shop","name":"Shop",)"
                                                 R"("scopes":"account.list",)"
                                                 R"("redirect_uris":["https://shop.example/b"]})");
  const auto rotated = g.admin_post("/admin/tpps/shop/rotate-secret");
  g.admin_post("/admin/tpps/shop/block");
  g.admin_post("/admin/tpps/shop/unblock");
  g.admin_post("/admin/psus", R"({"username":"anna","name":"Anna","password":"annas-password"})");
  g.admin_post("/admin/accounts/import", R"({"accounts":[{"id":5,"psu":"anna","name":"A",)"
                                         R"("iban":"X","currency":"EUR","balances":[]}]})");
  const auto h = g.authorize();
  BOOST_TEST(log_in(g, h, "john", "wrong-password") == 401U);
  BOOST_TEST(log_in(g, h, "hunter2", "sandbox-password") == 401U);  // in the wrong field
  BOOST_TEST(log_in(g, h, "john", "sandbox-password") == 303U);
  const auto code = g.approve(h);
  const auto token = g.redeem(h, code);
  BOOST_TEST(g.present_code(code, h.client_id).status == 404U);  // a replay
  const auto denied = g.authorize();
  g.admin_post("/admin/authorizations/" + denied.request_id + "/deny");
  const auto second = g.token();
  BOOST_TEST(g.revoke(second).status == 200U);
  BOOST_TEST(g.revoke(second).status == 400U);
  g.token();
  const auto id = g.consent_id_of("username__4");
  BOOST_TEST(g.admin_post("/admin/consents/" + id + "/revoke").status == 200U);
  BOOST_TEST(g.admin_post("/admin/consents/" + id + "/revoke").status == 409U);

  check(acts_after(g, of_the_sandbox), {"admin tpp_added tpp:shop",
                                        "admin tpp_secret_changed tpp:shop",
                                        "admin tpp_blocked tpp:shop",
                                        "admin tpp_unblocked tpp:shop",
                                        "admin psu_added psu:anna",
                                        "admin accounts_imported accounts",
                                        "tpp:username authorization_started client:username__1",
                                        "unknown login_failed psu:john",
                                        "unknown login_failed unknown",
                                        "psu:john login_passed psu:john",
                                        "admin consent_granted consent:1",
                                        "tpp:username token_issued consent:1",
                                        "tpp:username code_replayed consent:1",
                                        "tpp:username authorization_started client:username__2",
                                        "admin consent_denied client:username__2",
                                        "tpp:username authorization_started client:username__3",
                                        "admin consent_granted consent:2",
                                        "tpp:username token_issued consent:2",
                                        "tpp:username token_revoked consent:2",
                                        "tpp:username authorization_started client:username__4",
                                        "admin consent_granted consent:3",
                                        "tpp:username token_issued consent:3",
                                        "admin consent_withdrawn consent:3"});

  const auto all = boost::json::serialize(read_audit(g));
  for (const auto& secret :
       {between(added.body, R"("secret":")", "\""), between(rotated.body, R"("secret":")", "\""),
        h.request_id, code, token, second, std::string("sandbox-password"),
        std::string("annas-password"), std::string("wrong-password"), std::string("hunter2"),
        std::string("sandbox-admin-key"), std::string("sandbox-secret")}) {
    BOOST_TEST_REQUIRE(!secret.empty());
    BOOST_TEST(all.find(secret) == std::string::npos, secret);
  }
  g.stop();
  BOOST_TEST(verify_audit(g.database(), g.database() + ".key").has_value());
}

BOOST_AUTO_TEST_CASE(what_was_refused_leaves_nothing) {
  sandbox_gateway g;
  g.admin_post("/admin/tpps/nobody/block");
  g.admin_post("/admin/consents/9/revoke");
  g.admin_post("/admin/accounts/import", R"({"accounts":[{"id":5,"psu":"nobody","name":"A",)"
                                         R"("iban":"X","currency":"EUR","balances":[]}]})");
  g.revoke(std::string(25, 'A'));
  g.present_code(std::string(32, 'A'), "username__1");
  BOOST_TEST(get(g.admin_address(), "/admin/audit").status == 401U);
  BOOST_TEST(acts_after(g, 0).size() == of_the_sandbox);
}

BOOST_AUTO_TEST_CASE(pages_follow_each_other_and_the_last_has_the_head) {
  sandbox_gateway g;
  const auto first = read_audit(g, "limit=5");
  BOOST_TEST(first.at("records").as_array().size() == 5U);
  BOOST_TEST(!first.contains("head"));
  const auto last = read_audit(g, "limit=2&after=5");
  BOOST_TEST(last.at("records").as_array().size() == 2U);
  const auto head = std::string(last.at("head").as_string());
  BOOST_TEST(head.starts_with("7:"));
  const auto none = read_audit(g, "after=7");
  BOOST_TEST(none.at("records").as_array().empty());
  BOOST_TEST(none.at("head").as_string() == head);
  BOOST_TEST(!read_audit(g, "after=8").contains("head"));
  for (const char* bad : {"limit=0", "limit=1001", "after=-1", "after=x"}) {
    BOOST_TEST(g.admin_get("/admin/audit?" + std::string(bad)).status == 400U, bad);
  }
}

BOOST_AUTO_TEST_CASE(the_commands_export_and_verify) {
  sandbox_gateway g;
  g.token();
  const auto exported = run_program("export --admin http://" + g.admin_address());
  BOOST_TEST(exported.status == 0, exported.said);
  BOOST_TEST(std::count(exported.said.begin(), exported.said.end(), '\n') == 11);
  const auto head = between(exported.said, R"({"head":")", "\"");
  BOOST_TEST(head.starts_with("10:"), exported.said);
  const auto rest = run_program("export --after 9 --admin http://" + g.admin_address());
  BOOST_TEST(std::count(rest.said.begin(), rest.said.end(), '\n') == 2);
  BOOST_TEST(run_program("export --after 99 --admin http://" + g.admin_address()).status == 1);

  const auto verify = "verify --database " + g.database();
  const auto good = run_program(verify + " --head " + head);  // while the server runs
  BOOST_TEST(good.status == 0, good.said);
  BOOST_TEST(good.said.find("head " + head) != std::string::npos, good.said);
  BOOST_TEST(run_program(verify + " --head 10:x").status == 2);
  BOOST_TEST(run_program(verify + " --key-file /nowhere").status == 2);
  g.stop();
  const auto stopped = run_program(verify + " --head " + head);
  BOOST_TEST(stopped.status == 0, stopped.said);

  database_view(g.database(), database_view::access::read_write)
      .run("DROP TRIGGER audit_is_not_altered; UPDATE audit SET actor = 'psu:x' WHERE id = 4");
  const auto altered = run_program(verify);
  BOOST_TEST(altered.status == 1);
  BOOST_TEST(altered.said.find("record 4 was altered") != std::string::npos, altered.said);
}

// The same transaction: after an end without warning, what happened and what is kept agree.
BOOST_AUTO_TEST_CASE(kill_9_parts_no_act_from_its_record) {
  const temp_folder folder;
  const auto database = folder.file("audit.db");
  for (int round = 0; round < 3; ++round) {
    server_process server(database);
    std::atomic<int> done{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i) {
      clients.emplace_back([&] {
        try {
          while (true) {
            const auto token = server.client().token();
            server.client().revoke(token);
            ++done;
          }
        } catch (const std::exception&) {
        }
      });
    }
    while (done < 10) std::this_thread::yield();
    server.kill();
    for (auto& c : clients) c.join();
  }
  const auto verified = verify_audit(database, database + ".key");
  BOOST_TEST(verified.has_value(), (verified ? "good" : verified.error().message));
  database_view view(database);
  const auto kept = [&](const std::string& action) {
    return view.column("SELECT count(*) FROM audit WHERE action = '" + action + "'");
  };
  BOOST_TEST(kept("authorization_started") == view.column("SELECT count(*) FROM authorization"));
  BOOST_TEST(kept("consent_granted") == view.column("SELECT count(*) FROM consent"));
  BOOST_TEST(kept("token_issued") ==
             view.column("SELECT count(*) FROM consent WHERE redeemed = 1"));
  BOOST_TEST(kept("token_revoked") ==
             view.column("SELECT count(*) FROM consent WHERE ended_at IS NOT NULL"));
}

BOOST_AUTO_TEST_SUITE_END()
