#include "admin/json_object.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(admin_json_object)

// Reads an object with one member of each type, the way an endpoint does.
result<void> read_all(const std::string& text) {
  const auto value = parse_json(text);
  if (!value) return value.error();
  json_object body(*value);
  body.text("name");
  body.optional_text("note");
  body.optional_integers("ids");
  body.optional_scopes("scopes");
  body.flag("on", false);
  for (const json_value& item : body.optional_array("parts")) {
    json_object part(item, "parts[0].");
    part.integer("size");
    if (auto read = part.finish(); !read) return read.error();
  }
  return body.finish();
}

BOOST_AUTO_TEST_CASE(reads_each_type) {
  const auto value = parse_json(
      R"({"name":"J\u00f6rg","ids":[1,9223372036854775807],"on":true,"uris":["a","b"],
          "scopes":"account.list account.balance","more":["account.list"]})");
  BOOST_TEST_REQUIRE(value.has_value());
  json_object body(*value);
  BOOST_TEST(body.text("name") == "J\xC3\xB6rg");
  BOOST_TEST(
      (body.optional_integers("ids") == std::vector<std::int64_t>{1, 9223372036854775807LL}));
  BOOST_TEST(body.flag("on", false));
  BOOST_TEST(body.flag("off", true));
  BOOST_TEST((body.texts("uris") == std::vector<std::string>{"a", "b"}));
  BOOST_TEST((body.scopes("scopes") == scope_set{scope::account_list, scope::account_balance}));
  BOOST_TEST((body.scopes("more") == scope_set{scope::account_list}));
  BOOST_TEST(!body.optional_text("absent").has_value());
  BOOST_TEST(!body.optional_scopes("absent").has_value());
  BOOST_TEST(body.finish().has_value());
}

BOOST_AUTO_TEST_CASE(says_which_member_is_wrong) {
  struct wrong {
    std::string text;
    std::string message;
  };
  const std::vector<wrong> cases{
      {R"({})", "Member \"name\" is missing"},
      {R"({"name":""})", "Member \"name\" must not be empty"},
      {R"({"name":7})", "Member \"name\" must be a string"},
      {R"({"name":null})", "Member \"name\" must be a string"},
      {R"({"name":"a\u0000b"})", "Member \"name\" must not hold control characters"},
      {R"({"name":"a","nmae":"b"})", "Member \"nmae\" is unknown"},
      {R"({"nmae":"b"})", "Member \"nmae\" is unknown"},
      {R"({"name":"a","name":"b"})", "Member \"name\" appears twice"},
      {R"({"name":"a","n\u0061me":"b"})", "Member \"name\" appears twice"},
      {R"({"name":"a","on":"true"})", "Member \"on\" must be true or false"},
      {R"({"name":"a","ids":1})", "Member \"ids\" must be an array"},
      {R"({"name":"a","ids":[1.0]})", "Member \"ids\" must be an array of whole numbers"},
      {R"({"name":"a","ids":["1"]})", "Member \"ids\" must be an array of whole numbers"},
      {R"({"name":"a","ids":[9223372036854775808]})",
       "Member \"ids\" must be an array of whole numbers"},
      {R"({"name":"a","scopes":7})", "Member \"scopes\" must be a string or an array of strings"},
      {R"({"name":"a","parts":[{"size":1,"size":2}]})", "Member \"size\" appears twice"},
      {R"({"name":"a","parts":[{"sise":1}]})", "Member \"parts[0].sise\" is unknown"},
      {R"({"name":"a","parts":[7]})", "parts[0] must be a JSON object"},
      {R"(["name"])", "The body must be a JSON object"},
  };
  for (const wrong& c : cases) {
    const auto read = read_all(c.text);
    BOOST_TEST_CONTEXT(c.text) {
      BOOST_TEST_REQUIRE(read.has_error());
      BOOST_TEST((read.error().code == errc::invalid_input));
      BOOST_TEST(read.error().message == c.message);
    }
  }
  const auto scopes = read_all(R"({"name":"a","scopes":["account.lost"]})");
  BOOST_TEST_REQUIRE(scopes.has_error());
  BOOST_TEST(scopes.error().message.find("account.lost") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_json) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}x"), std::string("{\"a\":01}"),
        std::string("{\"a\":\"\xC0\xAF\"}"), std::string("{\"a\":1,}"), std::string("// {}")}) {
    const auto value = parse_json(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST_REQUIRE(value.has_error());
      BOOST_TEST(value.error().message.starts_with("Not JSON at byte "), value.error().message);
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_so_deep_and_no_deeper) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  BOOST_TEST(parse_json(nested(16)).has_value());
  BOOST_TEST(parse_json(nested(17)).error().message == "JSON is nested too deeply");
  BOOST_TEST(parse_json(nested(3), 3).has_value());
  BOOST_TEST(parse_json(nested(4), 3).has_error());
}

BOOST_AUTO_TEST_CASE(writes_values_back_with_numbers_as_they_were_sent) {
  const std::string text =
      R"({"limit":30.40,"big":1e400,"list":[true,false,null,"a\"b\n"],"empty":{}})";
  const auto value = parse_json(" " + text + " \n");
  BOOST_TEST_REQUIRE(value.has_value());
  BOOST_TEST(to_json(*value) == text);
}

BOOST_AUTO_TEST_SUITE_END()
