// The admin API as a bank's staff and a bank's own consent frontend use it.
#include <boost/test/unit_test.hpp>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

BOOST_AUTO_TEST_SUITE(integration_admin)

BOOST_AUTO_TEST_CASE(every_row_demands_the_admin_key) {
  sandbox_gateway g;
  for (const auto* path :
       {"/admin/tpps", "/admin/psus", "/admin/consents", "/admin/authorizations/x"}) {
    const auto none = get(g.admin_address(), path);
    BOOST_TEST(none.status == 401, path);
    BOOST_TEST(none.header("www-authenticate") == "Bearer");
    BOOST_TEST(get(g.admin_address(), path, "Authorization: Bearer wrong\r\n").status == 401);
    BOOST_TEST(get(g.admin_address(), path, admin_line + admin_line).status == 400);
  }
  BOOST_TEST(post(g.admin_address(), "/admin/tpps/username/block").status == 401);
  BOOST_TEST(g.token().size() == 25U);  // and nothing was blocked
}

BOOST_AUTO_TEST_CASE(a_tpp_is_registered_with_a_secret_shown_once) {
  sandbox_gateway g;
  const std::string shop = R"({"username":"shop","name":"Shop","scopes":"account.list",)"
                           R"("redirect_uris":["https://shop.example/back"]})";
  const auto added = g.admin_post("/admin/tpps", shop);
  BOOST_TEST_REQUIRE(added.status == 201U);
  const auto secret = between(added.body, R"("secret":")", "\"");
  BOOST_TEST(secret.size() == 40U);
  BOOST_TEST(g.admin_get("/admin/tpps").body.find(secret) == std::string::npos);
  BOOST_TEST(g.admin_post("/admin/tpps", shop).status == 409U);

  const auto ask = [&](const std::string& with) {
    return post(g.address(), "/api/tpp/authorize?username=shop&secret=" + with +
                                 "&scope=account.list&redirect_uri=https://shop.example/back")
        .status;
  };
  BOOST_TEST(ask(secret) == 200U);
  const auto rotated = g.admin_post("/admin/tpps/shop/rotate-secret");
  BOOST_TEST(ask(secret) == 401U);
  BOOST_TEST(ask(between(rotated.body, R"("secret":")", "\"")) == 200U);
}

BOOST_AUTO_TEST_CASE(bad_registrations_are_refused_and_say_why) {
  struct row {
    const char* path;
    const char* json;
    const char* names;
  };
  const row rows[] = {
      {"/admin/tpps",
       R"({"username":"a__1","name":"A","redirect_uris":["https://a.example/"],"scopes":"account.list"})",
       "username"},
      {"/admin/tpps",
       R"({"username":"a","name":"A","redirect_uris":["http://a.example/"],"scopes":"account.list"})",
       "redirect_uri"},
      {"/admin/tpps", R"({"username":"a","name":"A","redirect_uris":[],"scopes":"account.list"})",
       "redirect_uris"},
      {"/admin/tpps",
       R"({"username":"a","name":"A","redirect_uris":["https://a.example/"],"scopes":"x"})",
       "scope"},
      {"/admin/tpps",
       R"({"username":"a","name":"A","redirect_uris":["https://a.example/"],"scopes":"account.list","colour":1})",
       "colour"},
      {"/admin/tpps",
       R"({"name":"A","redirect_uris":["https://a.example/"],"scopes":"account.list"})",
       "username"},
      {"/admin/psus", R"({"username":"p","name":"P","password":"short"})", "password"},
      {"/admin/psus", R"({"username":"p","name":7,"password":"long enough"})", "name"},
      {"/admin/psus", R"({"username":"p","username":"q","name":"P","password":"long enough"})",
       "username"},
  };
  sandbox_gateway g;
  for (const auto& r : rows) {
    const auto answer = g.admin_post(r.path, r.json);
    BOOST_TEST(answer.status == 400U, r.json << " -> " << answer.body);
    BOOST_TEST(answer.body.find(r.names) != std::string::npos, r.json << " -> " << answer.body);
  }
}

BOOST_AUTO_TEST_CASE(an_import_is_all_or_nothing_and_names_each_bad_row) {
  sandbox_gateway g;
  const auto bad = g.admin_post("/admin/accounts/import", R"({"accounts":[
    {"id":1,"psu":"john","name":"A","iban":"X1","currency":"EUR","balances":[{"currency":"EUR","available":"1.00"}]},
    {"id":2,"psu":"nobody","name":"B","iban":"X2","currency":"EUR","balances":[]},
    {"id":3,"psu":"john","name":"C","iban":"X3","currency":"EUR","balances":[{"currency":"EUR","available":1.5}]}]})");
  BOOST_TEST(bad.status == 400U);
  BOOST_TEST(bad.body.find(R"("row":2)") != std::string::npos, bad.body);
  BOOST_TEST(bad.body.find(R"("row":3)") != std::string::npos, bad.body);
  const auto token = g.token();
  BOOST_TEST(g.read_accounts(token).body.find(R"("id":1,)") == std::string::npos);

  const auto good =
      post(g.admin_address(), "/admin/accounts/import", admin_line + "Content-Type: text/csv\r\n",
           "id,psu,name,iban,currency,additional_data,balances\r\n"
           "47669570047,john,John Doe,GB01TCCL82495709311980,EUR,[],\"EUR 31.00\"\r\n");
  BOOST_TEST(good.status == 200U, good.body);
  const auto balance =
      post(g.address(), "/api/tpp/account/balance?accountId=47669570047", bearer_line(token));
  BOOST_TEST(
      balance.body ==
      R"({"account":{"id":47669570047,"name":"John Doe","balance":[{"currency":"EUR","available":31.00}]}})");
}

BOOST_AUTO_TEST_CASE(a_banks_own_frontend_decides_once) {
  sandbox_gateway g;
  const auto h = g.authorize("account.list account.details");
  const auto path = "/admin/authorizations/" + h.request_id;
  const auto shown = g.admin_get(path);
  BOOST_TEST(shown.status == 200U);
  BOOST_TEST(between(shown.body, R"("clientId":")", "\"") == h.client_id);
  BOOST_TEST(g.admin_get("/admin/authorizations/AAAAAAAAAAAAAAAAAAAA").status == 404U);

  for (const auto* refused :
       {R"({"psu":"nobody"})", R"({"psu":"john","accounts":[10000000001]})",
        R"({"psu":"john","accounts":[]})", R"({"psu":"john","scopes":["account.balance"]})",
        R"({"psu":"john","scopes":[]})", R"({})"}) {
    const auto r = g.admin_post(path + "/approve", refused);
    BOOST_TEST((r.status == 400U || r.status == 404U), refused << " -> " << r.status << r.body);
  }
  const auto code =
      g.approve(h, R"({"psu":"john","accounts":[82948889462],"scopes":["account.list"]})");
  BOOST_TEST(code.size() == 32U);
  BOOST_TEST(g.admin_post(path + "/approve", R"({"psu":"john"})").status == 409U);
  BOOST_TEST(g.admin_post(path + "/deny").status == 409U);
  const auto token = g.redeem(h, code);
  const auto list = g.read_accounts(token).body;
  BOOST_TEST(list.find("82948889462") != std::string::npos);
  BOOST_TEST(list.find("47669570047") == std::string::npos);

  const auto denied = g.admin_post("/admin/authorizations/" + g.authorize().request_id + "/deny");
  const auto back = between(denied.body, R"("redirectUri":")", "\"");
  BOOST_TEST(query_value(back, "error") == "access_denied");
  BOOST_TEST(query_value(back, "clientId") == "username__2");
}

BOOST_AUTO_TEST_CASE(an_expired_request_names_the_way_back_to_its_tpp) {
  sandbox_gateway g;
  const auto h = g.authorize();
  const auto decided = g.authorize();
  const auto blocked_later = [&g](const std::string& path) {
    BOOST_TEST(g.admin_post("/admin/tpps/username/block").status == 200U);
    const auto r = g.admin_get(path);
    BOOST_TEST(g.admin_post("/admin/tpps/username/unblock").status == 200U);
    return r;
  };
  const auto decided_path = "/admin/authorizations/" + decided.request_id;
  BOOST_TEST(g.admin_post(decided_path + "/deny").status == 200U);
  g.clock().advance(g.settings().authorization_ttl);
  const auto path = "/admin/authorizations/" + h.request_id;
  for (const auto& late : {g.admin_get(path), g.admin_post(path + "/approve", R"({"psu":"john"})"),
                           g.admin_post(path + "/deny")}) {
    BOOST_TEST(late.status == 409U);
    BOOST_TEST(late.body.starts_with(R"({"message":"This request has expired","redirectUri":")"),
               late.body);
    const auto back = between(late.body, R"("redirectUri":")", "\"");
    BOOST_TEST(query_value(back, "error") == "access_denied");
    BOOST_TEST(query_value(back, "error_description") == "The request has expired");
    BOOST_TEST(query_value(back, "clientId") == h.client_id);
  }
  BOOST_TEST(blocked_later(path).body == R"({"message":"This request has expired"})");
  BOOST_TEST(g.admin_get(decided_path).body ==
             R"({"message":"This request has been decided already"})");
}

BOOST_AUTO_TEST_CASE(consents_are_listed_and_revoked) {
  sandbox_gateway g;
  const auto token = g.token();
  const auto list = g.admin_get("/admin/consents?psu=john").body;
  const auto id = between(list, R"("id":)", ",");
  BOOST_TEST(between(list, R"("clientId":")", "\"") == "username__1");
  BOOST_TEST(g.admin_get("/admin/consents?psu=jane").body == R"({"consents":[]})");
  BOOST_TEST(g.admin_post("/admin/consents/" + id + "/revoke").status == 200U);
  BOOST_TEST(g.read_accounts(token).status == 401U);
  BOOST_TEST(g.admin_post("/admin/consents/" + id + "/revoke").status == 409U);
  BOOST_TEST(g.admin_post("/admin/consents/999/revoke").status == 404U);
  BOOST_TEST(g.admin_get("/admin/consents?tpp=username").body.find("withdrawn") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass::testing
