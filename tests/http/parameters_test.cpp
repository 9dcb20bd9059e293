#include "http/parameters.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace multipass {
namespace {

using namespace std::string_literals;

constexpr auto form = "application/x-www-form-urlencoded";
constexpr auto json = "application/json";
constexpr auto repeated = "Parameter a was given more than once";
constexpr auto not_json = "The body: Not JSON at byte ";  // and which, and what is wrong there
constexpr auto not_scalar = "Parameter a must be a string or a whole number";
constexpr auto bad_escape = "Parameter a has a bad percent escape";
constexpr auto unclean = "Parameter a is not UTF-8 text without control characters";

struct row {
  std::string query;
  std::string body{};
  std::string type{};
  std::string problem{};  // empty: accepted
  std::string a{};        // the value of "a" then
};

request made_of(const row& r) {
  request in;
  in.query = r.query;
  in.body = r.body;
  in.content_type = r.type;
  return in;
}

row in_query(std::string query, std::string a) {
  return {.query = std::move(query), .a = std::move(a)};
}
row in_form(std::string body, std::string a) {
  return {.query = {}, .body = std::move(body), .type = form, .a = std::move(a)};
}
row in_json(std::string body, std::string a) {
  return {.query = {}, .body = std::move(body), .type = json, .a = std::move(a)};
}
row bad_query(std::string query, std::string problem) {
  return {.query = std::move(query), .problem = std::move(problem)};
}
row bad_json(std::string body, std::string problem) {
  return {.query = {}, .body = std::move(body), .type = json, .problem = std::move(problem)};
}

void check(const std::vector<row>& rows, errc code = errc::invalid_input) {
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.query << " | " << r.body << " | " << r.type) {
      const auto in = made_of(r);
      const auto read = parameters::read(in, 32);
      if (r.problem.empty()) {
        BOOST_TEST(read.has_value());
        if (read) BOOST_TEST(std::string(read->find("a").value_or("none")) == r.a);
      } else {
        BOOST_TEST(read.has_error());
        if (read) continue;
        BOOST_TEST((read.error().code == code));
        BOOST_TEST(read.error().message.starts_with(r.problem), read.error().message);
      }
    }
  }
}

std::string many(std::size_t n, std::string_view separator, std::string_view equals,
                 std::string_view quote) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) text += separator;
    text += quote;
    text += "p" + std::to_string(i);
    text += quote;
    text += equals;
    text += "1";
  }
  return text;
}

std::string nested(std::size_t depth) {  // the object itself is one level
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_parameters)

BOOST_AUTO_TEST_CASE(query_string) {
  check({
      in_query("", "none"),
      in_query("a=b", "b"),
      in_query("x=y&a=b&z", "b"),
      in_query("a", ""),
      in_query("a=", ""),
      in_query("&&a=b&", "b"),
      in_query("a=b=c", "b=c"),
      in_query("a=account.list+account.details", "account.list account.details"),
      in_query("a=%41%2b%26%3D%25", "A+&=%"),
      in_query("%61=b", "b"),
      in_query("a=%C3%A4%e2%82%ac%F0%9F%98%80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
      in_query("A=b", "none"),
      bad_query("a=%", bad_escape),
      bad_query("a=%4", bad_escape),
      bad_query("a=%4g", bad_escape),
      bad_query("a=%-1", bad_escape),
      bad_query("a=b%", bad_escape),
      bad_query("%zz=b", "A parameter's name has a bad percent escape"),
      bad_query("a=%00", unclean),
      bad_query("a=x%0ay", unclean),
      bad_query("a=x%0dy", unclean),
      bad_query("a=%7f", unclean),
      bad_query("a=%09", unclean),
      bad_query("a=%ff", unclean),
      bad_query("a=%C0%80", unclean),        // overlong NUL
      bad_query("a=%C0%AF", unclean),        // overlong '/'
      bad_query("a=%E0%80%AF", unclean),     // the same in three bytes
      bad_query("a=%ED%A0%80", unclean),     // surrogate
      bad_query("a=%F4%90%80%80", unclean),  // above U+10FFFF
      bad_query("a=%C3", unclean),           // cut off
      bad_query("%00=b", "A parameter's name is not clean UTF-8 text"),
      bad_query("a=1&a=2", repeated),
      bad_query("a=1&b=2&a=1", repeated),
      bad_query("a&a", repeated),
      bad_query("a=1&%61=2", repeated),
  });
}

BOOST_AUTO_TEST_CASE(form_body) {
  check({
      in_form("a=b+c%21", "b c!"),
      in_form("a=\xc3\xa4", "\xc3\xa4"),
      {.query = "x=1", .body = "a=b", .type = form, .a = "b"},
      {.query = {}, .body = "a=%0", .type = form, .problem = bad_escape},
      {.query = {}, .body = "a=b\0"s, .type = form, .problem = unclean},
      {.query = {}, .body = "a=b\r\n", .type = form, .problem = unclean},
      {.query = {}, .body = "a=\xc3", .type = form, .problem = unclean},
      {.query = {}, .body = "a=1&a=2", .type = form, .problem = repeated},
      {.query = "a=1", .body = "a=1", .type = form, .problem = repeated},
  });
}

BOOST_AUTO_TEST_CASE(json_body) {
  check({
      in_json("{}", "none"),
      in_json(R"({"a":"b"})", "b"),
      in_json(" { \"a\" : \"b\" } \r\n", "b"),
      in_json(R"({"a":""})", ""),
      in_json(R"({"a":47669570047,"b":":","c":"{\":\""})", "47669570047"),
      in_json(R"({"a":-5})", "-5"),
      in_json(R"({"a":18446744073709551615})", "18446744073709551615"),
      in_json(R"({"a":"\u00e4\ud83d\ude00\"\\"})", "\xc3\xa4\xf0\x9f\x98\x80\"\\"),
      in_json(R"({"\u0061":"b"})", "b"),
      bad_json(R"({"a":1.0})", not_scalar),
      bad_json(R"({"a":1e3})", not_scalar),
      bad_json(R"({"a":18446744073709551616})", not_scalar),
      bad_json(R"({"a":null})", not_scalar),
      bad_json(R"({"a":true})", not_scalar),
      bad_json(R"({"a":["b"]})", not_scalar),
      bad_json(R"({"a":{"b":"c"}})", not_scalar),
      bad_json(R"(["a"])", "The body must be a JSON object"),
      bad_json(R"("a")", "The body must be a JSON object"),
      bad_json("null", "The body must be a JSON object"),
      bad_json(R"({"a":"b","a":"b"})", R"(The body: Member "a" appears twice)"),
      bad_json(R"({"a":"b","\u0061":"c"})", R"(The body: Member "a" appears twice)"),
      bad_json(R"({"a":"b"}x)", not_json),
      bad_json(R"({"a":"b"}{})", not_json),
      bad_json(R"({"a":"b",})", not_json),
      bad_json(R"({"a":'b'})", not_json),
      bad_json(R"({a:"b"})", not_json),
      bad_json(R"({"a":"b")", not_json),
      bad_json(R"({"a":01})", not_json),
      bad_json(R"({"a":NaN})", not_json),
      bad_json("/**/{}", not_json),
      bad_json("\xef\xbb\xbf{}", not_json),  // byte order mark
      bad_json("{\"a\":\"\xc0\x80\"}", not_json),
      bad_json("{\"a\":\"\n\"}", not_json),
      bad_json("{\"a\":\"\0\"}"s, not_json),
      bad_json(R"({"a":"\ud800"})", not_json),
      bad_json(R"({"a":"\x"})", not_json),
      bad_json(R"({"a":"\u0000"})", unclean),
      bad_json(R"({"a":"x\ny"})", unclean),
      bad_json(R"({"\u0000":"b"})", "A parameter's name is not clean UTF-8 text"),
      bad_json(" ", not_json),
      {.query = "a=1", .body = R"({"a":"1"})", .type = json, .problem = repeated},
  });
}

BOOST_AUTO_TEST_CASE(json_is_at_most_16_deep) {
  constexpr auto too_deep = "The body: JSON is nested too deeply";
  check({bad_json(nested(16), not_scalar), bad_json(nested(17), too_deep),
         bad_json(nested(20'000), too_deep)});
}

BOOST_AUTO_TEST_CASE(the_media_type_says_how_a_body_is_read) {
  constexpr auto wrong = "The body must be application/x-www-form-urlencoded or application/json";
  check({
      {.query = {}, .body = "a=b", .type = "APPLICATION/X-WWW-FORM-URLENCODED", .a = "b"},
      {.query = {}, .body = "a=b", .type = form + "; charset=utf-8"s, .a = "b"},
      {.query = {}, .body = R"({"a":"b"})", .type = "Application/JSON", .a = "b"},
      {.query = {}, .body = R"({"a":"b"})", .type = json + " ;charset=UTF-8"s, .a = "b"},
      {.query = "a=b", .body = {}, .type = "text/plain", .a = "b"},  // nothing to read
  });
  check({{.query = {}, .body = "a=b", .type = {}, .problem = wrong},
         {.query = {}, .body = "a=b", .type = "text/plain", .problem = wrong},
         {.query = {}, .body = "{}", .type = "application/jsonp", .problem = wrong},
         {.query = {}, .body = "{}", .type = "application/vnd.x+json", .problem = wrong},
         {.query = {}, .body = "a=b", .type = "multipart/form-data; boundary=x", .problem = wrong}},
        errc::unsupported_media);
}

BOOST_AUTO_TEST_CASE(at_most_as_many_as_are_allowed) {
  const auto reads = [](const row& r) {
    const auto in = made_of(r);
    const auto read = parameters::read(in, 32);
    if (!read) BOOST_TEST(read.error().message == "Too many parameters");
    return read.has_value();
  };
  const auto object = [](std::size_t n) { return "{" + many(n, ",", ":", "\"") + "}"; };
  BOOST_TEST(reads({.query = many(32, "&", "=", "")}));
  BOOST_TEST(!reads({.query = many(33, "&", "=", "")}));
  BOOST_TEST(reads({.query = {}, .body = many(32, "&", "=", ""), .type = form}));
  BOOST_TEST(!reads({.query = {}, .body = many(33, "&", "=", ""), .type = form}));
  BOOST_TEST(reads({.query = {}, .body = object(32), .type = json}));
  BOOST_TEST(!reads({.query = {}, .body = object(33), .type = json}));
  BOOST_TEST(reads({.query = "a=b", .body = object(31), .type = json}));
  BOOST_TEST(!reads({.query = "a=b", .body = object(32), .type = json}));
}

BOOST_AUTO_TEST_CASE(a_required_parameter_is_there_and_not_empty) {
  const row r{.query = "a=b&c="};
  const auto in = made_of(r);
  const auto read = parameters::read(in, 32);
  BOOST_REQUIRE(read);
  BOOST_TEST(*read->require("a") == "b");
  BOOST_TEST(read->require("c").error().message == "Parameter c is missing");
  BOOST_TEST(read->require("d").error().message == "Parameter d is missing");
  BOOST_TEST((read->require("d").error().code == errc::invalid_input));
}

// What is no text is not repeated into an answer or a log.
BOOST_AUTO_TEST_CASE(messages_repeat_no_odd_names) {
  const auto name = std::string(65, 'n');
  check({bad_query(name + "=%", "A parameter has a bad percent escape"),
         bad_query("%01=%", "A parameter has a bad percent escape")});
}

BOOST_AUTO_TEST_CASE(a_form_may_repeat_a_name) {
  row r{.query = "a=1", .body = "a=2&b=x&a=3", .type = form};
  const auto in = made_of(r);
  const auto read = parameters::read_form(in, 32);
  BOOST_REQUIRE(read);
  const auto all = read->all("a");
  BOOST_TEST(all == (std::vector<std::string_view>{"1", "2", "3"}),
             boost::test_tools::per_element());
  BOOST_TEST(read->all("c").empty());
  r.type = json;
  const auto other = made_of(r);
  BOOST_TEST((parameters::read_form(other, 32).error().code == errc::unsupported_media));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
