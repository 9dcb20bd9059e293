// Every sample of the specification, from a whole gateway over a socket: keys, key order, number
// formats and data; and every way in which a parameter may be sent.
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <functional>
#include <string_view>
#include <vector>

#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

// In a form, '#' stands for one character of [A-Za-z0-9] and '*' for any text.
bool has_form(std::string_view text, std::string_view form) {
  if (form.empty()) return text.empty();
  if (form.front() == '*') {
    return has_form(text, form.substr(1)) || (!text.empty() && has_form(text.substr(1), form));
  }
  const bool fits = !text.empty() && (form.front() == '#' ? std::isalnum(text.front()) != 0
                                                          : form.front() == text.front());
  return fits && has_form(text.substr(1), form.substr(1));
}

const std::string john_account =
    R"({"id":47669570047,"name":"John Doe","iban":"GB01TCCL82495709311980","currency":"EUR",)"
    R"("additional_data":[]})";
const std::string jane_account =
    R"({"id":82948889462,"name":"Jane Doe","iban":"GB77DNNA04135500001698","currency":"EUR",)"
    R"("additional_data":[]})";
const std::string john_balance =
    R"({"account":{"id":47669570047,"name":"John Doe","balance":[)"
    R"({"currency":"EUR","available":30.40},{"currency":"GBP","available":420.74}]}})";

using pairs = std::vector<std::pair<std::string, std::string>>;

std::string encoded(const pairs& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    text += (text.empty() ? "" : "&") + name + "=" + percent_encode(value);
  }
  return text;
}

std::string json(const pairs& values) {
  std::string text = "{";
  for (const auto& [name, value] : values) {
    text += (text.size() == 1 ? "\"" : ",\"") + name + "\":\"" + value + "\"";
  }
  return text + "}";
}

std::string chunked(const std::string& body) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  return size + body + "\r\n0\r\n\r\n";
}

// The same request in every way that parameters may be sent; `fresh` makes them anew each time.
void expect_in_every_way(sandbox_gateway& g, const std::string& path, const std::string& headers,
                         const std::function<pairs()>& fresh, const std::string& form) {
  const auto check = [&](const std::string& way, const reply& r) {
    BOOST_TEST(r.status == 200U, path << " by " << way << ": " << r.body);
    BOOST_TEST(has_form(r.body, form), path << " by " << way << ": " << r.body);
  };
  check("query", post(g.address(), path + "?" + encoded(fresh())));
  check("form", post(g.address(), path, headers + form_line, encoded(fresh())));
  check("json", post(g.address(), path, headers + json_line, json(fresh())));
  check("json with a charset",
        post(g.address(), path, headers + "content-type: Application/JSON ; charset=utf-8\r\n",
             json(fresh())));
  auto split = fresh();
  const pairs first{split.front()};
  split.erase(split.begin());
  const auto target = path + "?" + encoded(first);
  if (!split.empty()) check("both", post(g.address(), target, headers + json_line, json(split)));
  http_client client(g.address());
  client.send("POST " + path + " HTTP/1.1\r\nHost: t\r\n" + headers + form_line +
              "Transfer-Encoding: chunked\r\n\r\n" + chunked(encoded(fresh())));
  check("chunks", client.read());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_specification, sandbox_gateway)

BOOST_AUTO_TEST_CASE(init) {
  sandbox_gateway with_frontend(
      [](config& c) { c.frontend_url = "https://frontend_redirect.url"; });
  const auto r = post(with_frontend.address(),
                      "/api/tpp/authorize?secret=sandbox-secret&scope=account.list"
                      "&redirect_uri=https://tpp.example/callback&username=username");
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(
      has_form(r.body, R"({"redirectUrl":"https://frontend_redirect.url?clientId=username__1)"
                       R"(&x-request-id=####################"})"),
      r.body);
}

BOOST_AUTO_TEST_CASE(generate_token) {
  const auto h = authorize("account.list account.details");
  const auto r = present_code(approve(h), h.client_id);
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(has_form(r.body, R"({"accessToken":"#########################","expiresIn":315360000,)"
                              R"("scope":"account.details account.list"})"),
             r.body);
}

BOOST_AUTO_TEST_CASE(generate_token_with_a_wrong_code) {
  const auto r = present_code("wrong", "username__1");
  BOOST_TEST(r.status == 404U);
  BOOST_TEST(r.body == R"({"message":"Entity not found or Invalid access code"})");
}

BOOST_AUTO_TEST_CASE(revoke_token) {
  const auto t = token();
  const auto first = revoke(t);
  BOOST_TEST(first.status == 200U);
  BOOST_TEST(first.body == R"({"status":"success"})");
  const auto second = revoke(t);
  BOOST_TEST(second.status == 400U);
  BOOST_TEST(second.body == R"({"status":"failure"})");
}

BOOST_AUTO_TEST_CASE(get_account_list) {
  const auto r = read_accounts(token());
  BOOST_TEST(r.status == 200U);
  BOOST_TEST(r.body == R"({"accounts":[)" + john_account + "," + jane_account + "]}");
}

BOOST_AUTO_TEST_CASE(get_account) {
  const auto t = token();
  BOOST_TEST(call(t, "/api/tpp/account?accountId=47669570047").body ==
             R"({"account":)" + john_account + "}");
  BOOST_TEST(call(t, "/api/tpp/account?accountId=82948889462").body ==
             R"({"account":)" + jane_account + "}");
}

BOOST_AUTO_TEST_CASE(get_balance) {
  const auto t = token();
  const auto twice = [&](const std::string& id) {
    const auto read = call(t, "/api/tpp/account/balance?accountId=" + id);
    const auto remembered = call(t, "/api/tpp/account/balance?accountId=" + id);
    BOOST_TEST(read.status == 200U);
    BOOST_TEST(read.body == remembered.body);
    return read.body;
  };
  BOOST_TEST(twice("47669570047") == john_balance);
  BOOST_TEST(twice("82948889462") == R"({"account":{"id":82948889462,"name":"Jane Doe",)"
                                     R"("balance":[{"currency":"EUR","available":1250.00}]}})");
}

BOOST_AUTO_TEST_CASE(amounts_have_the_digits_of_their_currency) {
  const auto t = token(all_scopes, R"({"psu":"jane"})");
  BOOST_TEST(between(read_accounts(t).body, R"("currency":")", "\"") == "JPY");
  BOOST_TEST(call(t, "/api/tpp/account/balance?accountId=10000000001").body ==
             R"({"account":{"id":10000000001,"name":"Jane Doe","balance":[)"
             R"({"currency":"JPY","available":1500},{"currency":"KWD","available":12.345}]}})");
}

BOOST_AUTO_TEST_CASE(status_lines_have_the_standard_phrases) {
  const auto first_line = [&](const std::string& target) {
    http_client client(address());
    client.send("POST " + target + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    const auto all = client.read_to_end();
    return all.substr(0, all.find('\r'));
  };
  const auto t = token();
  BOOST_TEST(first_line("/api/client/token/revoke?accessToken=" + t) == "HTTP/1.1 200 OK");
  BOOST_TEST(first_line("/api/client/token/revoke?accessToken=" + t) == "HTTP/1.1 400 Bad Request");
  BOOST_TEST(first_line("/api/client/token?accessCode=x&clientId=y") == "HTTP/1.1 404 Not Found");
  BOOST_TEST(first_line("/api/tpp/accounts") == "HTTP/1.1 401 Unauthorized");
}

BOOST_AUTO_TEST_CASE(every_endpoint_takes_its_parameters_from_query_form_and_json) {
  const auto fresh_code = [&] {
    const auto h = authorize();
    return pairs{{"accessCode", approve(h)}, {"clientId", h.client_id}};
  };
  const pairs wanted{{"username", "username"},
                     {"secret", "sandbox-secret"},
                     {"scope", "account.list account.balance"},
                     {"redirect_uri", "https://tpp.example/callback"}};
  expect_in_every_way(
      *this, "/api/tpp/authorize", "", [&] { return wanted; }, R"({"redirectUrl":"http*"})");
  expect_in_every_way(*this, "/api/client/token", "", fresh_code, R"({"accessToken":"*"})");
  expect_in_every_way(
      *this, "/api/client/token/revoke", "",
      [&] {
        return pairs{{"accessToken", token()}};
      },
      R"({"status":"success"})");
}

BOOST_AUTO_TEST_CASE(account_endpoints_take_the_account_from_query_form_and_json) {
  const auto t = bearer_line(token());
  for (const auto* path : {"/api/tpp/account", "/api/tpp/account/balance"}) {
    const auto query = post(address(), std::string(path) + "?accountId=47669570047", t);
    BOOST_TEST(query.status == 200U);
    const std::vector<std::pair<std::string, std::string>> bodies{
        {form_line, "accountId=47669570047"},
        {form_line, "account%49d=4766957004%37"},
        {json_line, R"({"accountId":47669570047})"},
        {json_line, R"({"accountId":"47669570047"})"},
        {json_line, R"( { "account\u0049d" : "0047669570047" } )"},
    };
    for (const auto& [type, body] : bodies) {
      const auto r = post(address(), path, t + type, body);
      BOOST_TEST(r.status == 200U, body);
      BOOST_TEST(r.body == query.body, body);
    }
  }
  // "No parameters required": what is sent besides does no harm.
  BOOST_TEST(post(address(), "/api/tpp/accounts?page=1", t + json_line, "{}").status == 200U);
}

BOOST_AUTO_TEST_CASE(scope_lists_are_read_in_every_separation) {
  for (const auto* scopes : {"account.list+account.balance", "account.list%20account.balance",
                             "account.balance,account.list", "account.list%2Baccount.balance",
                             "account.balance+account.list,account.balance"}) {
    const auto asked = post(address(), std::string("/api/tpp/authorize?username=username&secret="
                                                   "sandbox-secret&redirect_uri=https://tpp.example"
                                                   "/callback&scope=") +
                                           scopes);
    BOOST_REQUIRE_MESSAGE(asked.status == 200U, scopes);
    const auto url = between(asked.body, R"("redirectUrl":")", "\"");
    const handle h{query_value(url, "clientId"), query_value(url, "x-request-id")};
    const auto r = present_code(approve(h), h.client_id);
    BOOST_TEST(between(r.body, R"("scope":")", "\"") == "account.balance account.list", scopes);
  }
}

BOOST_AUTO_TEST_SUITE_END()
