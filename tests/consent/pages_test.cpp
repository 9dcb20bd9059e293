#include "consent/pages.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace multipass;

namespace {

constexpr const char* attack = "\"'><script>alert(1)</script>&";
const site bank{"MultiPass Bank", false};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

login_view some_login() {
  return {{"username__1", "handle", "token"}, "Example TPP", "", false};
}

review_view some_review() {
  review_view v;
  v.form = {"username__1", "handle", "token"};
  v.tpp_name = "Example TPP";
  v.psu_name = "John Doe";
  v.return_host = "tpp.example";
  v.until = timestamp{std::chrono::seconds{1'769'817'600}};
  v.accounts = {{{account_id{47669570047}, "John Doe", "GB01TCCL82495709311980", "EUR"}, true},
                {{account_id{82948889462}, "Jane Doe", "GB77DNNA04135500001698", "EUR"}, false}};
  v.asked = v.ticked = scope_set::all();
  return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_pages)

BOOST_AUTO_TEST_CASE(every_displayed_field_is_escaped) {
  const site odd{attack, true};
  auto login = some_login();
  login.form = {attack, attack, attack};
  login.tpp_name = login.username = attack;
  auto review = some_review();
  review.form = {attack, attack, attack};
  review.tpp_name = review.psu_name = review.return_host = attack;
  review.accounts[0].value = {account_id{1}, attack, attack, attack, attack};
  for (const std::string& page : {login_page(odd, login), review_page(odd, review)}) {
    BOOST_TEST(!holds(page, "<script"));
    BOOST_TEST(!holds(page, "\"'>"));
    BOOST_TEST(count(page, "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;") >= 6U);
  }
}

BOOST_AUTO_TEST_CASE(the_log_in_form_tells_browsers_what_its_fields_are) {
  const std::string page = login_page(bank, some_login());
  BOOST_TEST(holds(page, "<html lang=\"en\" dir=\"ltr\">"));
  for (const char* part :
       {"autocomplete=\"username\"", "autocomplete=\"current-password\"",
        "autocomplete=\"one-time-code\"", "inputmode=\"numeric\"", "name=\"csrf\" value=\"token\"",
        "name=\"x-request-id\" value=\"handle\"", "name=\"clientId\" value=\"username__1\"",
        "<label for=\"username\">", "<label for=\"password\">", "<label for=\"code\">",
        "Example TPP", "MultiPass Bank", "action=\"/consent/login\""}) {
    BOOST_TEST(holds(page, part), part);
  }
  BOOST_TEST(!holds(page, "role=\"alert\""));
  BOOST_TEST(!holds(page, "deny"));
}

BOOST_AUTO_TEST_CASE(a_failed_log_in_says_one_thing_and_keeps_the_user_name) {
  auto view = some_login();
  view.username = "john";
  view.failed = true;
  const std::string page = login_page(bank, view);
  BOOST_TEST(holds(page, "role=\"alert\" tabindex=\"-1\" autofocus"));
  BOOST_TEST(holds(page, "User name, password or code is not right"));
  BOOST_TEST(holds(page, "value=\"john\""));
  BOOST_TEST(holds(page, "<title>Error: "));
  BOOST_TEST(count(page, "aria-invalid=\"true\"") == 3U);
}

BOOST_AUTO_TEST_CASE(the_review_says_who_asks_for_what_and_until_when) {
  const std::string page = review_page(bank, some_review());
  for (const char* part :
       {"Example TPP", "31 January 2026", "tpp.example", "Logged in as <bdi>John Doe</bdi>",
        "GB01 TCCL 8249 5709 3119 80", "GB77 DNNA 0413 5500 0016 98",
        "name=\"account\" value=\"47669570047\" checked>",
        "name=\"account\" value=\"82948889462\">", "name=\"scope\" value=\"account.list\" checked>",
        "name=\"scope\" value=\"account.details\" checked>",
        "name=\"scope\" value=\"account.balance\" checked>", "name=\"decision\" value=\"approve\"",
        "name=\"decision\" value=\"deny\"", "<legend>"}) {
    BOOST_TEST(holds(page, part), part);
  }
  BOOST_TEST(!holds(page, "role=\"alert\""));
}

BOOST_AUTO_TEST_CASE(the_review_offers_only_what_was_asked) {
  auto view = some_review();
  view.asked = view.ticked = {scope::account_list};
  const std::string page = review_page(bank, view);
  BOOST_TEST(holds(page, "value=\"account.list\""));
  BOOST_TEST(!holds(page, "value=\"account.details\""));
  BOOST_TEST(!holds(page, "value=\"account.balance\""));
}

BOOST_AUTO_TEST_CASE(an_incomplete_choice_leads_to_what_is_missing) {
  auto view = some_review();
  view.account_missing = true;
  const std::string page = review_page(bank, view);
  BOOST_TEST(holds(page, "role=\"alert\""));
  BOOST_TEST(holds(page, "<a href=\"#accounts\">"));
  BOOST_TEST(holds(page, "aria-describedby=\"accounts-problem\""));
  BOOST_TEST(!holds(page, "<a href=\"#scopes\">"));
}

BOOST_AUTO_TEST_CASE(without_accounts_only_denial_is_offered) {
  auto view = some_review();
  view.accounts.clear();
  const std::string page = review_page(bank, view);
  BOOST_TEST(!holds(page, "value=\"approve\""));
  BOOST_TEST(holds(page, "value=\"deny\""));
}

BOOST_AUTO_TEST_CASE(enter_on_a_check_box_decides_nothing) {
  const std::string page = review_page(bank, some_review());
  BOOST_TEST(page.find("name=\"decision\" value=\"none\" hidden") < page.find("value=\"approve\""));
}

BOOST_AUTO_TEST_CASE(only_the_sandbox_says_that_it_is_one) {
  BOOST_TEST(holds(login_page({"B", true}, some_login()), "Sandbox"));
  BOOST_TEST(!holds(login_page({"B", false}, some_login()), "Sandbox"));
}

BOOST_AUTO_TEST_CASE(dates_are_written_out) {
  const struct {
    std::int64_t seconds;
    const char* date;
  } rows[] = {{0, "1 January 1970"},
              {1'709'164'800, "29 February 2024"},
              {1'735'689'599, "31 December 2024"},
              {1'735'689'600, "1 January 2025"}};
  for (const auto& row : rows) {
    BOOST_TEST(date_of(own_texts(), timestamp{std::chrono::seconds{row.seconds}}) == row.date);
  }
}

BOOST_AUTO_TEST_SUITE_END()
