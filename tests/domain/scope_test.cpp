#include "multipass/scope.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace multipass;

BOOST_AUTO_TEST_SUITE(domain_scope)

BOOST_AUTO_TEST_CASE(lists_are_read_and_written_alphabetically) {
  struct row {
    std::string text, written;
  };
  const std::vector<row> rows{
      {"account.list", "account.list"},
      {"account.list account.details", "account.details account.list"},
      {"account.list,account.balance", "account.balance account.list"},
      {"account.list+account.details,account.balance",
       "account.balance account.details account.list"},
      {"account.list account.list", "account.list"},
      {"  account.list ,, + account.list ", "account.list"},
  };
  for (const auto& [text, written] : rows) {
    const auto read = parse_scopes(text);
    BOOST_REQUIRE_MESSAGE(read, text);
    BOOST_TEST(to_string(*read) == written);
  }
}

BOOST_AUTO_TEST_CASE(what_names_no_scope_is_refused_by_name) {
  struct row {
    std::string text, said;
  };
  const std::vector<row> rows{
      {"", "No scope"},
      {" ,+ ", "No scope"},
      {"payments", "payments"},
      {"account.list payments", "payments"},
      {"Account.List", "Unknown scope;"},
      {"account.lis", "account.lis"},
      {"account.listing", "account.listing"},
      {"account.list;account.details", "Unknown scope;"},
      {"account.list\taccount.details", "Unknown scope;"},
      {"*", "Unknown scope;"},
      {"gbOyNBXkxceJDGBsz9onYsXK5", "Unknown scope;"},  // a token in the wrong place
      {std::string(33, 'x'), "Unknown scope;"},
  };
  for (const auto& [text, said] : rows) {
    const auto read = parse_scopes(text);
    BOOST_REQUIRE_MESSAGE(!read, text);
    BOOST_TEST((read.error().code == errc::invalid_input));
    BOOST_TEST(read.error().message.find(said) != std::string::npos, read.error().message);
  }
}

BOOST_AUTO_TEST_CASE(a_set_holds_what_was_put_in_and_nothing_else) {
  const scope_set both{scope::account_list, scope::account_balance};
  BOOST_TEST(both.contains(scope::account_list));
  BOOST_TEST(!both.contains(scope::account_details));
  BOOST_TEST(scope_set::all().contains(both));
  BOOST_TEST(!both.contains(scope_set::all()));
  BOOST_TEST(both.contains(scope_set{}));
  BOOST_TEST(scope_set{}.empty());
  BOOST_TEST((scope_set::from_bits(0xff) == scope_set::all()));
  BOOST_TEST(to_string(scope_set{}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
