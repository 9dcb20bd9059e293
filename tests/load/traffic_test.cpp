// What is sent: the bytes of every kind of request, their mix, and the steps of a whole flow.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "load/flow_traffic.hpp"
#include "load/mixed_traffic.hpp"
#include "load/options.hpp"
#include "load/request_book.hpp"
#include "load/url.hpp"
#include "support/temp_folder.hpp"

using namespace multipass::load;

namespace {

class files {
 public:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }

 private:
  multipass::testing::temp_folder folder_;
};

options parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"--to", "bank.example:80", "--rate", "1000000", "--seed", "1"});
  return parse_options(arguments);
}

// The next requests, sent at the start of a run that never ends.
std::vector<std::string> requests(traffic& t, std::size_t count) {
  t.begin(0, never - 1);
  std::vector<std::string> texts(count);
  for (auto& text : texts) {
    BOOST_TEST_REQUIRE(t.due(listener::gateway, one_second));
    t.next(listener::gateway, one_second, text);
  }
  return texts;
}

std::string one_request(const options& o) {
  const request_book book(o);
  mixed_traffic t(o, book, 0);
  return requests(t, 1).front();
}

std::string problem_of(const options& o) {
  try {
    const request_book book(o);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

const std::string end = " HTTP/1.1\r\nHost: bank.example:80\r\nContent-Length: 0\r\n\r\n";
const std::string end_with_token =
    " HTTP/1.1\r\nHost: bank.example:80\r\nAuthorization: Bearer abc\r\nContent-Length: 0\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(load_traffic)

BOOST_AUTO_TEST_CASE(texts_of_the_requests) {
  files f;
  const auto tokens = "valid=" + f.write("tokens", "abc\n");
  const auto pairs = "valid=" + f.write("pairs", "abc 47669570047\n");
  BOOST_TEST(one_request(parse({"--tokens", tokens})) == "POST /api/tpp/accounts" + end_with_token);
  BOOST_TEST(one_request(parse({"--tokens", tokens, "--request", "account", "--account", "5"})) ==
             "POST /api/tpp/account?accountId=5" + end_with_token);
  BOOST_TEST(one_request(parse({"--tokens", pairs, "--request", "balance"})) ==
             "POST /api/tpp/account/balance?accountId=47669570047" + end_with_token);
  BOOST_TEST(one_request(parse({"--tokens", pairs, "--request", "balance", "--account", "6"})) ==
             "POST /api/tpp/account/balance?accountId=6" + end_with_token);
  BOOST_TEST(one_request(parse({"--flow", "issue", "--codes", f.write("codes", "c1 shop__7")})) ==
             "POST /api/client/token?accessCode=c1&clientId=shop__7" + end);
  const auto revocable = "revoke=" + f.write("revocable", "t1\nt2\n");
  BOOST_TEST(one_request(parse({"--request", "revoke", "--tokens", revocable})) ==
             "POST /api/client/token/revoke?accessToken=t1" + end);
  BOOST_TEST(one_request(parse({"--request", "authorize", "--tpp-file", f.write("tpp", "shop s&t"),
                                "--scope", "account.list", "--redirect-uri", "https://x/y"})) ==
             "POST /api/tpp/authorize?username=shop&secret=s%26t&scope=account.list&redirect_uri="
             "https%3A%2F%2Fx%2Fy" +
                 end);
}

BOOST_AUTO_TEST_CASE(unknown_tokens_are_made_and_differ) {
  const auto o = parse({"--mix", "unknown"});
  const request_book book(o);
  mixed_traffic t(o, book, 0);
  std::set<std::string> seen;
  for (const auto& text : requests(t, 1000)) {
    const auto begin = text.find("Bearer ") + 7;
    const auto token = text.substr(begin, text.find('\r', begin) - begin);
    BOOST_TEST_REQUIRE(token.size() == token_length);
    for (const char c : token) BOOST_TEST_REQUIRE(std::isalnum(static_cast<unsigned char>(c)) != 0);
    seen.insert(token);
  }
  BOOST_TEST(seen.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(the_mix_has_the_weights_that_were_asked_for) {
  files f;
  const auto o = parse({"--tokens", "valid=" + f.write("v", "abc"), "--tokens",
                        "expired=" + f.write("e", "def"), "--mix", "valid=90,expired=5,unknown=5",
                        "--request", "accounts=3,balance=1", "--account", "5"});
  const request_book book(o);
  BOOST_TEST_REQUIRE(book.requests().size() == 6U);
  mixed_traffic t(o, book, 0);
  t.begin(0, never - 1);
  std::map<std::uint32_t, double> seen;
  std::string out;
  constexpr double draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    out.clear();
    seen[t.next(listener::gateway, one_second, out).request_class] += 1;
  }
  for (std::uint32_t i = 0; i < 6; ++i) {
    const auto& labels = book.requests()[i].labels;
    const double share =
        (labels.request == "accounts" ? 0.75 : 0.25) * (labels.kind == "valid" ? 0.9 : 0.05);
    BOOST_TEST(std::abs(seen[i] / draws - share) < 0.006, labels.request << " " << labels.kind);
    BOOST_TEST(labels.expected == (labels.kind == "valid" ? 200U : 401U));
  }
}

BOOST_AUTO_TEST_CASE(codes_are_used_once_and_the_end_is_said) {
  files f;
  const auto o =
      parse({"--flow", "issue", "--codes", f.write("codes", "c1 a__1\nc2 a__2\nc3 a__3\n")});
  const request_book book(o);
  mixed_traffic t(o, book, 0);
  const auto texts = requests(t, 3);
  BOOST_TEST(texts[2].find("accessCode=c3&clientId=a__3") != std::string::npos);
  BOOST_TEST(!t.due(listener::gateway, one_second));
  BOOST_TEST(t.over(one_second));
  BOOST_TEST(t.ended_early().find("ran out") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(says_what_is_missing) {
  files f;
  const auto tokens = "valid=" + f.write("tokens", "abc\n");
  BOOST_TEST(problem_of(parse({})).starts_with("--tokens: expected valid=FILE"));
  BOOST_TEST(problem_of(parse({"--mix", "odd"})).starts_with("--tokens: expected odd=FILE"));
  BOOST_TEST(
      problem_of(parse({"--request", "account", "--tokens", tokens})).starts_with("--account"));
  BOOST_TEST(problem_of(parse({"--request", "payments"})).starts_with("--request: expected"));
  BOOST_TEST(problem_of(parse({"--request", "authorize"})).starts_with("--tpp-file"));
  BOOST_TEST(problem_of(parse({"--request", "revoke"})).starts_with("--tokens: revoke=FILE"));
  BOOST_TEST(problem_of(parse({"--flow", "issue"})).starts_with("--codes"));
}

BOOST_AUTO_TEST_CASE(token_files_are_checked_line_by_line) {
  const auto problem = [](const std::string& text) {
    try {
      const word_list words(text, "f");
    } catch (const std::runtime_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  BOOST_TEST(problem("a\nb c\n") == "");
  BOOST_TEST(problem("").starts_with("f: it is empty"));
  for (const char* bad :
       {"a\n\nb\n", "a\nb c d\n", "a\nb \n", "a\n b\n", "a\nb\r\n", "a\nb\x80\n"}) {
    BOOST_TEST(problem(bad).starts_with("f:2: expected a token"), bad);
  }
  const word_list words("a 1\nbcd 22", "f");
  BOOST_TEST(words.size() == 2U);
  BOOST_TEST(words.has_pairs());
  BOOST_TEST(words[1].first == "bcd");
  BOOST_TEST(words[1].second == "22");
}

BOOST_AUTO_TEST_CASE(a_whole_flow_goes_step_by_step) {
  files f;
  const auto o = parse({"--flow", "whole", "--admin", "bank.example:81", "--admin-key-file",
                        f.write("key", "secret-key\n"), "--tpp-file", f.write("tpp", "shop s"),
                        "--psu", "anna", "--scope", "account.list"});
  recorder record(flow_classes(o), true);
  record.measure_from(0);
  flow_traffic t(o, record, 0);
  t.begin(0, 1);  // one flow
  const auto next = [&](listener to, const std::string& begin) {
    BOOST_TEST_REQUIRE(t.due(to, 10));
    std::string out;
    const auto sent = t.next(to, 10, out);
    BOOST_TEST(out.starts_with(begin), out);
    return sent;
  };
  const auto answer_with = [&](const ticket& sent, const std::string& body) {
    t.answered(sent, answer{200, false, body}, true, 10);
  };
  answer_with(next(listener::gateway, "POST /api/tpp/authorize?username=shop&secret=s&"),
              R"({"redirectUrl":"http://b/consent?clientId=shop__1&x-request-id=h1"})");
  BOOST_TEST(!t.due(listener::gateway, 10));
  answer_with(next(listener::admin,
                   "POST /admin/authorizations/h1/approve HTTP/1.1\r\nHost: "
                   "bank.example:81\r\nAuthorization: Bearer secret-key\r\n"),
              R"({"redirectUri":"http://x?accessCode=c1&clientId=shop__1"})");
  answer_with(next(listener::gateway, "POST /api/client/token?accessCode=c1&clientId=shop__1 "),
              R"({"accessToken":"t1","expiresIn":1,"scope":"account.list"})");
  answer_with(next(listener::gateway, "POST /api/tpp/accounts HTTP/1.1\r\n"), "{}");
  BOOST_TEST(!t.over(10));
  answer_with(next(listener::gateway, "POST /api/client/token/revoke?accessToken=t1 "), "{}");
  BOOST_TEST(t.over(10));
  BOOST_TEST(record.measured().flows.count() == 1U);
  BOOST_TEST(record.measured().flows_failed.get() == 0U);
}

BOOST_AUTO_TEST_CASE(a_flow_ends_with_its_first_failure) {
  files f;
  const auto o = parse({"--flow", "whole", "--admin", "b:81", "--admin-key-file",
                        f.write("key", "k"), "--tpp-file", f.write("tpp", "shop s")});
  recorder record(flow_classes(o), true);
  flow_traffic t(o, record, 0);
  t.begin(0, 3'000);  // three flows
  std::string out;
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST_REQUIRE(t.due(listener::gateway, 1'000'000));
    const auto sent = t.next(listener::gateway, 1'000'000, out);
    if (i == 0) t.answered(sent, answer{503, false, ""}, false, 1'000'000);
    if (i == 1) t.answered(sent, answer{200, false, "[1]"}, true, 1'000'000);
    if (i == 2) t.lost(sent);
  }
  BOOST_TEST(t.over(1'000'000));
  BOOST_TEST(record.measured().flows_failed.get() == 3U);
}

BOOST_AUTO_TEST_CASE(urls) {
  BOOST_TEST(percent_encode("a-b_c.d~e f/%") == "a-b_c.d~e%20f%2F%25");
  BOOST_TEST(query_value("http://x/y?a=1&bb=2%203&c", "bb") == "2 3");
  BOOST_TEST(query_value("http://x/y?a=1&bb=2#bb=3", "bb") == "2");
  BOOST_TEST(query_value("http://x/y?a=%zz", "a") == "%zz");
  BOOST_TEST(query_value("http://x/y?c", "c") == "");
  BOOST_TEST(query_value("http://x/y", "c") == "");
}

BOOST_AUTO_TEST_SUITE_END()
