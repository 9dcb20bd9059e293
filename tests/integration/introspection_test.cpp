// What resource servers are told of tokens (RFC 7662), and who is told nothing.
#include <boost/test/unit_test.hpp>

#include "crypto/encoding.hpp"
#include "support/certified_tpp.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;
using namespace std::chrono_literals;

namespace {

const std::string key_line = "Authorization: Bearer sandbox-introspection-key\r\n";
const std::string inactive = R"({"active":false})";
const std::string store_reads = R"(multipass_store_jobs_total{kind="read"})";

reply ask(sandbox_client& g, const std::string& body, const std::string& lines) {
  return post(g.admin_address(), "/introspect", lines, body);
}

struct fixture : sandbox_gateway {
  fixture() : sandbox_gateway([](config& c) { c.token_ttl = 1h; }) {}

  reply introspect(const std::string& token, const std::string& more = {}) {
    return ask(*this, "token=" + token + more, key_line + form_line);
  }
  std::string active(const std::string& client_id, const std::string& sub,
                     const std::string& scope) {
    const auto ends = clock().now().time_since_epoch() + 1h;
    return R"({"active":true,"client_id":"username","sub":")" + sub + R"(","consent_id":")" +
           client_id + R"(","scope":")" + scope + R"(","token_type":"Bearer","iss":"http://)" +
           address() + R"(","exp":)" + std::to_string(std::chrono::seconds(ends).count()) + "}";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_introspection, fixture)

BOOST_AUTO_TEST_CASE(a_live_token_is_described_by_memory_and_store_alike) {
  const auto johns = token("account.list account.balance");
  const auto janes = token("account.details", R"({"psu":"jane"})");
  for (int i = 0; i < 3; ++i) {
    const auto r = introspect(johns);
    BOOST_TEST(r.status == 200U);
    BOOST_TEST(r.body == active("username__1", "john", "account.balance account.list"));
    BOOST_TEST(r.header("content-type") == "application/json");
    BOOST_TEST(r.header("cache-control") == "no-store");
    BOOST_TEST(introspect(janes, "&token_type_hint=access_token").body ==
               active("username__2", "jane", "account.details"));
    if (i != 1) continue;
    stop();  // memory knows nothing
    start();
  }
}

BOOST_AUTO_TEST_CASE(it_is_answered_from_memory_after_once) {
  const auto t = token();
  http_client client(admin_address());  // one event loop
  const auto lines = key_line + form_line;
  const auto first = client.post("/introspect", lines, "token=" + t).body;
  const auto reads = metric(store_reads);
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(client.post("/introspect", lines, "token=" + t).body == first);
    BOOST_TEST(client.post("/introspect", lines, "token_type_hint=x&token=" + t).body == first);
    BOOST_TEST(client.post("/introspect", lines, "token=" + std::string(25, 'A')).body == inactive);
  }
  BOOST_TEST(metric(store_reads) == reads);
}

BOOST_AUTO_TEST_CASE(a_token_that_has_ended_in_whatever_way_is_inactive_at_once) {
  const auto revoked = token();
  const auto withdrawn = token();
  const auto blocked = token();
  for (const auto& t : {revoked, withdrawn, blocked}) {
    BOOST_TEST(introspect(t).body.starts_with(R"({"active":true,)"));
  }
  revoke(revoked);
  BOOST_TEST(introspect(revoked).body == inactive);
  admin_post("/admin/consents/" + consent_id_of("username__2") + "/revoke");
  BOOST_TEST(introspect(withdrawn).body == inactive);
  admin_post("/admin/tpps/username/block");
  BOOST_TEST(introspect(blocked).body == inactive);
  admin_post("/admin/tpps/username/unblock");
  BOOST_TEST(introspect(blocked).body.starts_with(R"({"active":true,)"));
  clock().advance(1h - 1s);
  BOOST_TEST(introspect(blocked).body.starts_with(R"({"active":true,)"));
  clock().advance(1s);
  BOOST_TEST(introspect(blocked).body == inactive);
}

BOOST_AUTO_TEST_CASE(what_is_no_access_token_is_inactive) {
  const auto h = authorize();
  const auto code = approve(h);
  const auto refresh_token =
      between(present_code(code, h.client_id).body, R"("refreshToken":")", "\"");
  BOOST_TEST(refresh_token.size() == 46U);
  for (const std::string& text :
       {refresh_token, code, std::string("x"), std::string(25, 'A'), std::string(5000, 'a')}) {
    const auto r = introspect(text, "&token_type_hint=refresh_token");
    BOOST_TEST(r.status == 200U, text);
    BOOST_TEST(r.body == inactive, text);
  }
  BOOST_TEST(introspect("%00x").status == 400U);
}

BOOST_AUTO_TEST_CASE(nobody_without_the_key_is_told_anything) {
  const auto t = token();
  const auto basic = [](const std::string& credentials) {
    std::string out = base64url(credentials);
    while (out.size() % 4 != 0) out += '=';
    return "Authorization: Basic " + out + "\r\n";
  };
  const std::string lines[] = {"",
                               admin_line,
                               bearer_line(t),
                               "Authorization: Bearer\r\n",
                               "Authorization: Bearer sandbox-introspection-ke\r\n",
                               "Authorization: Bearer sandbox-introspection-keyy\r\n",
                               "Authorization: Digest sandbox-introspection-key\r\n",
                               "Authorization: Basic !\r\n",
                               basic("sandbox-introspection-key"),
                               basic("sandbox-introspection-key:"),
                               basic("username:sandbox-secret"),
                               key_line + key_line};
  for (const auto& line : lines) {
    const auto r = ask(*this, "token=" + t, line + form_line);
    BOOST_TEST(r.status == 401U, line);
    BOOST_TEST(r.body.find("active") == std::string::npos, line);
    BOOST_TEST(!r.header("www-authenticate").empty());
  }
  BOOST_TEST(ask(*this, "token=" + t, basic("anybody:sandbox-introspection-key") + form_line)
                 .body.starts_with(R"({"active":true,)"));
  BOOST_TEST(get(admin_address(), "/admin/tpps", key_line).status == 401U);
  BOOST_TEST(post(address(), "/introspect", key_line + form_line, "token=" + t).status == 404U);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_none_is_refused) {
  const auto t = token();
  const auto status = [&](const std::string& body, const std::string& lines = form_line) {
    return ask(*this, body, key_line + lines).status;
  };
  BOOST_TEST(status("") == 400U);
  BOOST_TEST(status("token=") == 400U);
  BOOST_TEST(status("token_type_hint=access_token") == 400U);
  BOOST_TEST(status("token=" + t + "&token=" + t) == 400U);
  BOOST_TEST(status("token=" + t, "Content-Type: text/plain\r\n") == 415U);
  BOOST_TEST(post(admin_address(), "/introspect?token=" + t, key_line).status == 400U);
  BOOST_TEST(post(admin_address(), "/introspect?x=y", key_line + form_line, "token=" + t).status ==
             400U);
  BOOST_TEST(get(admin_address(), "/introspect", key_line).status == 405U);
  BOOST_TEST(log().find(t) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bound_token_names_its_certificate) {
  sandbox_gateway g(behind_balancer);
  const certified_tpp tpp(g);
  const auto bound = tpp.token();
  const auto part = R"("cnf":{"x5t#S256":")";
  for (int i = 0; i < 3; ++i) {
    const auto body = ask(g, "token=" + bound, key_line + form_line).body;
    BOOST_TEST(body.starts_with(R"({"active":true,"client_id":"qwac-tpp",)"), body);
    BOOST_TEST(between(body, part, "\"").size() == 43U, body);
    BOOST_TEST(tpp.read(bound, "good").status == 200U);
    BOOST_TEST(tpp.read(bound, "").status == 401U);  // which memory keeps, and means nothing here
  }
  tpp.revoke(bound, "good");
  BOOST_TEST(ask(g, "token=" + bound, key_line + form_line).body == inactive);
}

// Only we can tell whether a certificate is of that organization.
BOOST_AUTO_TEST_CASE(a_token_from_before_its_tpp_was_bound_is_inactive) {
  const auto t = token();
  BOOST_TEST(introspect(t).body.starts_with(R"({"active":true,)"));
  admin_post("/admin/tpps/username/organization", R"({"organization":"PSDGB-FCA-123456"})");
  for (int i = 0; i < 2; ++i) BOOST_TEST(introspect(t).body == inactive);
}

BOOST_AUTO_TEST_CASE(its_key_is_not_the_admin_key) {
  const temp_folder folder;
  config c;
  c.listen = c.admin_listen = "127.0.0.1:0";
  c.database = (folder.path() / "bank.db").string();
  c.token_cache_entries = 1024;
  c.admin_key_file = c.introspection_key_file = (folder.path() / "one-key").string();
  const auto started = gateway::start(c);
  BOOST_REQUIRE(!started);
  BOOST_TEST((started.error().code == errc::bad_configuration));
  BOOST_TEST(started.error().message.starts_with("introspection-key-file: "));
}

BOOST_AUTO_TEST_SUITE_END()
