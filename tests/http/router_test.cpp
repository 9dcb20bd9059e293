#include "http/router.hpp"

#include <boost/test/unit_test.hpp>

namespace multipass {
namespace {

router sample() {
  return router({{verb::post, "/api/tpp/accounts", "accounts", {}, {}},
                 {verb::get, "/admin/tpps", "list", {}, {}},
                 {verb::post, "/admin/tpps", "add", {}, {}},
                 {verb::get, "/admin/tpps/{}", "show", {}, {}},
                 {verb::post, "/admin/{}/tokens/{}/end", "end", {}, {}},
                 {verb::get, "/admin/tpps/{}/keys", "keys", {}, {}}});
}

struct found {
  std::string name;  // of the endpoint; "none"
  std::string allow;
  std::array<std::string_view, 2> arguments;
};

found find(verb method, std::string_view path) {
  const auto routes = sample();
  request r;
  r.method = method;
  r.path = path;
  const auto m = routes.find(r);
  const auto name = m.index == router::none ? "none" : routes.row(m.index).name;
  return {std::string(name), m.allow, r.path_arguments};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_router)

BOOST_AUTO_TEST_CASE(finds_by_path_and_method) {
  BOOST_TEST(find(verb::post, "/api/tpp/accounts").name == "accounts");
  BOOST_TEST(find(verb::get, "/admin/tpps").name == "list");
  BOOST_TEST(find(verb::post, "/admin/tpps").name == "add");
}

BOOST_AUTO_TEST_CASE(get_serves_head) {
  BOOST_TEST(find(verb::head, "/admin/tpps").name == "list");
  BOOST_TEST(find(verb::head, "/api/tpp/accounts").name == "none");
}

BOOST_AUTO_TEST_CASE(unknown_paths_have_no_methods) {
  for (const auto* path : {"/", "", "/api/tpp/account", "/api/tpp/accounts/", "/API/tpp/accounts",
                           "/api/tpp/%61ccounts", "//api/tpp/accounts", "/admin/tpps/",
                           "/admin/tpps/a/", "/admin/tpps/a/b", "/admin//tokens/b/end"}) {
    const auto f = find(verb::get, path);
    BOOST_TEST(f.name == "none", path);
    BOOST_TEST(f.allow == "", path);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
  BOOST_TEST(find(verb::get, "/api/tpp/accounts").allow == "POST");
  BOOST_TEST(find(verb::other, "/admin/tpps").allow == "GET, HEAD, POST");
  BOOST_TEST(find(verb::post, "/admin/tpps/a").allow == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(arguments_are_segments_as_sent) {
  auto f = find(verb::get, "/admin/tpps/a%2Fb");
  BOOST_TEST(f.name == "show");
  BOOST_TEST(f.arguments[0] == "a%2Fb");
  BOOST_TEST(f.arguments[1] == "");
  f = find(verb::post, "/admin/one/tokens/two/end");
  BOOST_TEST(f.name == "end");
  BOOST_TEST(f.arguments[0] == "one");
  BOOST_TEST(f.arguments[1] == "two");
}

BOOST_AUTO_TEST_CASE(braces_in_a_path_are_text) {
  const auto f = find(verb::get, "/admin/tpps/{}");
  BOOST_TEST(f.name == "show");
  BOOST_TEST(f.arguments[0] == "{}");
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_row_that_did_not_match) {
  const auto f = find(verb::get, "/admin/tpps/keys/keys");
  BOOST_TEST(f.name == "keys");
  BOOST_TEST(f.arguments[0] == "keys");
  BOOST_TEST(f.arguments[1] == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass
