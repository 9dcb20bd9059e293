// Bad input of every kind, on every parameter of every endpoint: the contract's status, a message
// that names the parameter, and not a byte changed in the store.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "support/database_view.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

const std::string challenge =
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636, appendix B
const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string invalid_code = R"({"message":"Entity not found or Invalid access code"})";
const std::string failure = R"({"status":"failure"})";

// A value that is well-formed as text and wrong as what it should be.
struct wrong_value {
  std::string value;
  unsigned status;
  std::string body;  ///< exact; empty: a message that names the parameter
};

struct parameter {
  std::string name, good;
  bool required;
  std::vector<wrong_value> wrong;
};

struct endpoint_case {
  std::string path, headers;
  std::vector<parameter> parameters;
};

std::vector<wrong_value> all(unsigned status, const std::string& body,
                             const std::vector<std::string>& values) {
  std::vector<wrong_value> rows;
  for (const auto& v : values) rows.push_back({v, status, body});
  return rows;
}

std::string long_text() {
  return std::string(60'000, 'a');
}

endpoint_case authorize_case() {
  const std::string refused = R"({"message":"Unknown username or wrong secret"})";
  return {
      "/api/tpp/authorize",
      "",
      {{"username", "username", true,
        all(401, refused,
            {"Username", "username ", "username__1", "-1", "a/b", "' OR 1=1 --",
             std::string(65, 'u'), "\xC3\xA9", long_text()})},
       {"secret", "sandbox-secret", true,
        all(401, refused, {"Sandbox-secret", "sandbox-secret ", "0", long_text()})},
       {"scope", "account.list", true,
        all(400, "",
            {" ", ",", "payments", "ACCOUNT.LIST", "account.list;account.details",
             "account.list account", "-1", "\xC3\xA9", long_text()})},
       {"redirect_uri", "https://tpp.example/callback", true,
        all(400, "",
            {"https://tpp.example/callback/", "https://tpp.example/callback?a=b",
             "https://tpp.example/Callback", "http://tpp.example/callback",
             "HTTPS://tpp.example/callback", "https://evil.example", "javascript:a",
             "https://tpp.example/callback#a", " https://tpp.example/callback", "/", long_text()})},
       {"state", "xyz", false, all(400, "", {std::string(1025, 's'), long_text()})},
       {"code_challenge", challenge, false,
        all(400, "",
            {challenge + "a", challenge.substr(1), "+" + challenge.substr(1),
             "=" + challenge.substr(1), long_text()})},
       {"code_challenge_method", "S256", false,
        all(400, "", {"plain", "s256", "S512", "S256 ", long_text()})}}};
}

endpoint_case token_case(const std::string& code, const std::string& client) {
  return {"/api/client/token",
          "",
          {{"accessCode", code, true,
            all(404, invalid_code,
                {code + "a", code.substr(1), code + " ", "-1", "0", "a/b", "' OR 1=1 --",
                 "\xC3\xA9", long_text()})},
           {"clientId", client, true,
            all(404, invalid_code,
                {"username", "username__", "username__0", "username__01", "username__-1",
                 "username__1.0", "username__9223372036854775807", "username__9223372036854775808",
                 "USERNAME__1", client + " ", "__1", "-1", "\xC3\xA9", long_text()})},
           {"secret", "sandbox-secret", false, all(404, invalid_code, {"wrong", long_text()})},
           {"code_verifier", verifier, false,
            all(404, invalid_code, {challenge, verifier + "a", verifier.substr(1), long_text()})}}};
}

endpoint_case revoke_case(const std::string& token) {
  return {
      "/api/client/token/revoke",
      "",
      {{"accessToken", token, true,
        all(400, failure,
            {token + "a", token.substr(1), token + " ", "Bearer " + token, "-1", "0",
             "gbOyNBXkxceJDGBsz9onYsXK5", "gbOyNBXkxceJDGBsz9onYsXK-", "\xC3\xA9", long_text()})}}};
}

endpoint_case account_case(const std::string& path, const std::string& token) {
  return {path,
          bearer_line(token),
          {{"accountId", "47669570047", true,
            all(400, "",
                {"abc", "-1", "+1", " 1", "1 ", "1.0", "47669570047.0", "1e3", "0x1F", "1,000",
                 "9223372036854775808", "18446744073709551616", "00000000000000000001",
                 "\xEF\xBC\x91", "' OR 1=1 --", long_text()})}}};
}

struct fixture : sandbox_gateway {
  std::string pairs_without(const endpoint_case& e, const std::string& left_out) const {
    std::string text;
    for (const auto& p : e.parameters) {
      if (p.name != left_out) text += "&" + p.name + "=" + percent_encode(p.good);
    }
    return text;
  }

  std::string members_without(const endpoint_case& e, const std::string& left_out) const {
    std::string text;
    for (const auto& p : e.parameters) {
      if (p.name != left_out) text += ",\"" + p.name + "\":\"" + p.good + "\"";
    }
    return text;
  }

  void expect(const reply& r, const wrong_value& wanted, const std::string& name) {
    BOOST_TEST_CONTEXT(name << " " << r.status << " " << r.body.substr(0, 200)) {
      BOOST_TEST(r.status == wanted.status);
      BOOST_TEST(r.header("content-type") == "application/json");
      if (!wanted.body.empty()) {
        BOOST_TEST(r.body == wanted.body);
        return;
      }
      boost::json::error_code ec;
      const auto value = boost::json::parse(r.body, ec);
      const auto* object = ec.failed() ? nullptr : value.if_object();
      const auto* message = object == nullptr ? nullptr : object->if_contains("message");
      BOOST_REQUIRE(message != nullptr && message->is_string());
      const std::string said(message->get_string());
      BOOST_TEST(said.find(name) != std::string::npos);
      BOOST_TEST(r.body.size() < 300U, "what was sent is not sent back at length");
    }
  }

  // Not the value but the way it was sent is bad.
  void send_badly(const endpoint_case& e, const parameter& p) {
    const auto rest = pairs_without(e, p.name);
    const auto good = p.name + "=" + percent_encode(p.good);
    const auto by_query = [&](const std::string& pair, const std::string& more_headers = {},
                              const std::string& body = {}) {
      expect(post(address(), e.path + "?" + pair + rest, e.headers + more_headers, body),
             {"", 400, ""}, p.name);
    };
    const auto by_form = [&](const std::string& pair) {
      expect(post(address(), e.path, e.headers + form_line, pair + rest), {"", 400, ""}, p.name);
    };
    by_query(good + "&" + good);
    by_query(good + "&" + p.name + "=");
    by_query(good + "&" + p.name);
    by_query(good, form_line, good);
    by_query(good, json_line, "{\"" + p.name + "\":\"" + p.good + "\"}");
    by_form(good + "&" + good);
    for (const auto* bad :
         {"%", "%4", "%zz", "%4g", "%u0041", "%00", "%0A", "%0D%0A", "%7F", "%1b", "%C0%AF",
          "%C0%80", "%E0%80%AF", "%ED%A0%80", "%F4%90%80%80", "%E2%82", "%80", "%FF"}) {
      by_query(good + bad);
      by_form(good + bad);
    }
    by_form(good + std::string(1, '\0'));
    by_form(good + "\xC0\xAF");
    if (!p.required) return;
    by_query("");
    by_query(p.name);
    by_query(p.name + "=");
    by_form("");
    by_form(p.name + "=");
  }

  void send_as_bad_json(const endpoint_case& e, const parameter& p) {
    const auto rest = members_without(e, p.name);
    const auto by_json = [&](const std::string& value, const std::string& named) {
      const auto body = "{\"" + p.name + "\":" + value + rest + "}";
      expect(post(address(), e.path, e.headers + json_line, body), {"", 400, ""}, named);
    };
    for (const auto* value :
         {"null", "true", "false", "1.5", "-0.0", "1e3", "47669570047.0", "18446744073709551616",
          "[]", "{}", "[\"a\"]", R"("a\u0000")", R"("\n")", R"("\u007f")"}) {
      by_json(value, p.name);
    }
    // These are not JSON, so nothing can be said of a parameter.
    for (const std::string value : {"\"\xC0\xAF\"", R"("\ud800")", R"("\x")", "'a'", "", "01",
                                    "\"a\" \"b\"", "+1", "NaN", "\"a\nb\""}) {
      by_json(value, "JSON");
    }
    by_json("\"" + p.good + "\",\"" + p.name + "\":\"" + p.good + "\"", "twice");
    if (p.required) by_json("\"\"", p.name);
  }

  // In a form, where there is room for long values.
  void send_wrong_values(const endpoint_case& e, const parameter& p) {
    for (const auto& wanted : p.wrong) {
      const auto body = p.name + "=" + percent_encode(wanted.value) + pairs_without(e, p.name);
      if (body.size() > settings().max_body) {
        const auto plain = p.name + "=" + wanted.value + pairs_without(e, p.name);
        expect(post(address(), e.path, e.headers + form_line, plain), wanted, p.name);
      } else {
        expect(post(address(), e.path, e.headers + form_line, body), wanted, p.name);
      }
    }
  }

  void check(const endpoint_case& e) {
    database_view view(database());
    const auto before = view.dump();
    BOOST_TEST(before.find("access_token") != std::string::npos);
    for (const auto& p : e.parameters) {
      BOOST_TEST_CONTEXT(e.path << " " << p.name) {
        send_badly(e, p);
        send_as_bad_json(e, p);
        send_wrong_values(e, p);
        BOOST_TEST((view.dump() == before), "the store has changed");
      }
    }
    // And the same request, with nothing bad in it, is a good one.
    const auto r = post(address(), e.path, e.headers + form_line, pairs_without(e, ""));
    BOOST_TEST(r.status == 200U, r.body);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_bad_input, fixture)

BOOST_AUTO_TEST_CASE(authorize_parameters) {
  check(authorize_case());
}

BOOST_AUTO_TEST_CASE(token_parameters) {
  const auto h = authorize(all_scopes, "&code_challenge_method=S256&code_challenge=" + challenge);
  check(token_case(approve(h), h.client_id));
}

BOOST_AUTO_TEST_CASE(revoke_parameters) {
  check(revoke_case(token()));
}

BOOST_AUTO_TEST_CASE(account_parameters) {
  check(account_case("/api/tpp/account", token()));
}

BOOST_AUTO_TEST_CASE(balance_parameters) {
  check(account_case("/api/tpp/account/balance", token()));
}

BOOST_AUTO_TEST_CASE(pkce_parameters_that_do_not_go_together) {
  const auto before = database_view(database()).dump();
  const std::string query =
      "/api/tpp/authorize?username=username&secret=sandbox-secret"
      "&scope=account.list&redirect_uri=https://tpp.example/callback";
  expect(post(address(), query + "&code_challenge=" + challenge), {"", 400, ""},
         "code_challenge_method");
  expect(post(address(), query + "&code_challenge_method=S256"), {"", 400, ""}, "code_challenge");
  BOOST_TEST((database_view(database()).dump() == before));
}

BOOST_AUTO_TEST_CASE(bodies_and_numbers_of_parameters) {
  const auto t = bearer_line(token());
  const auto before = database_view(database()).dump();
  const std::string path = "/api/tpp/account";
  for (const std::string body :
       {"[]", "\"a\"", "1", "null", "{", "}", "{}{}", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "\xEF\xBB\xBF{}", "{\"a\":1} x", "/* */{}", "\xFF", " "}) {
    expect(post(address(), path, t + json_line, body), {"", 400, ""}, "JSON");
  }
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  expect(post(address(), path, t + json_line, nested(16)), {"", 400, ""}, "Parameter a");
  expect(post(address(), path, t + json_line, nested(17)), {"", 400, ""}, "JSON");
  expect(post(address(), path, t + json_line, nested(20'000)), {"", 400, ""}, "JSON");
  std::string many = "accountId=47669570047";
  for (int i = 1; i < 32; ++i) many += "&p" + std::to_string(i) + "=1";
  BOOST_TEST(post(address(), path, t + form_line, many).status == 200U);
  expect(post(address(), path, t + form_line, many + "&one=more"), {"", 400, ""}, "parameters");
  expect(post(address(), path + "?one=more", t + form_line, many), {"", 400, ""}, "parameters");
  const std::string filler(65'536 - std::string("accountId=47669570047&f=").size(), 'f');
  BOOST_TEST(post(address(), path, t + form_line, "accountId=47669570047&f=" + filler).status ==
             200U);
  BOOST_TEST(post(address(), path, t + form_line, "accountId=47669570047&ff=" + filler).status ==
             413U);
  BOOST_TEST(post(address(), path + "?accountId=1" + std::string(5000, '0'), t).status == 414U);
  BOOST_TEST((database_view(database()).dump() == before));
}

BOOST_AUTO_TEST_CASE(bad_parameters_nobody_reads_are_refused_as_well) {
  const auto t = bearer_line(token());
  for (const auto* query : {"?a=%", "?%00=1", "?a=%C0%AF", "?a=1&a=2", "?%zz"}) {
    const auto r = post(address(), std::string("/api/tpp/accounts") + query, t);
    BOOST_TEST(r.status == 400U, query);
    BOOST_TEST(r.body.starts_with(R"({"message":")"), r.body);
  }
}

BOOST_AUTO_TEST_SUITE_END()
