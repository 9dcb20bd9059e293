#include <boost/test/unit_test.hpp>
#include <string>

#include "consent/consent_visitor.hpp"

using namespace multipass;
using multipass::testing::consent_visitor;

namespace {

const std::string right(consent_visitor::password);

bool starts_with(const std::string& text, const std::string& start) {
  return text.rfind(start, 0) == 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(consent_flow, consent_visitor)

BOOST_AUTO_TEST_CASE(approval_of_one_account_and_one_scope) {
  const auto handle = ask();
  const auto login = log_in(handle, "john", right, code());
  BOOST_TEST(login.status == 303U);
  BOOST_TEST(login.header("Location") ==
             "/consent/review?clientId=" + client_of[handle] + "&x-request-id=" + handle);
  const auto page = get("/consent/review", handle);
  BOOST_TEST(page.status == 200U);
  BOOST_TEST(page.header("Content-Security-Policy").ends_with("form-action 'self' https:"));
  const auto back = decide(handle, page, "&account=2&scope=account.list&decision=approve");
  BOOST_TEST(back.status == 303U);
  BOOST_TEST(starts_with(back.header("Location"), "https://tpp.example/callback?accessCode="));
  BOOST_TEST(back.header("Location").find("&state=%3Cstate%3E") != std::string::npos);
  BOOST_REQUIRE(consents().size() == 1U);
  BOOST_TEST((consents()[0].accounts == std::vector{account_id{2}}));
  BOOST_TEST((consents()[0].scopes == scope_set{scope::account_list}));
  BOOST_TEST(consents()[0].psu_username == "john");
  BOOST_TEST(cookies.empty());
}

BOOST_AUTO_TEST_CASE(denial) {
  const auto handle = ask();
  const auto back = decide(handle, review(handle), "&account=1&scope=account.list&decision=deny");
  BOOST_TEST(back.status == 303U);
  BOOST_TEST(
      starts_with(back.header("Location"), "https://tpp.example/callback?error=access_denied"));
  BOOST_TEST(consents().empty());
}

BOOST_AUTO_TEST_CASE(every_wrong_log_in_reads_the_same) {
  const auto handle = ask();
  const auto wrong_password = log_in(handle, "john", "wrong", code());
  BOOST_TEST(wrong_password.status == 401U);
  BOOST_TEST(wrong_password.says("User name, password or code is not right"));
  BOOST_TEST(wrong_password.says("value=\"john\""));
  const auto wrong_code = log_in(handle, "john", right, "123456");
  auto nobody = log_in(handle, "nobo", right, code());
  nobody.body.replace(nobody.body.find("nobo"), 4, "john");
  for (const auto& page : {wrong_code, nobody, log_in(handle, "john", right, "000000"),
                           log_in(handle, "john", right, ""), log_in(handle, "john", "", code())}) {
    BOOST_TEST(page.status == 401U);
    BOOST_TEST(page.body == wrong_password.body);
  }
  BOOST_TEST(get("/consent/review", handle).status == 401U);
}

BOOST_AUTO_TEST_CASE(a_code_works_once) {
  const auto handle = ask();
  const auto used = code();
  BOOST_TEST(log_in(handle, "john", right, used).status == 303U);
  BOOST_TEST(log_in(handle, "john", right, used).status == 401U);
}

BOOST_AUTO_TEST_CASE(spaces_that_phones_add_do_not_matter) {
  const auto spaced = code().substr(0, 3) + '+' + code().substr(3);
  BOOST_TEST(log_in(ask(), "john+", right, spaced).status == 303U);
}

BOOST_AUTO_TEST_CASE(the_sandbox_takes_its_public_code) {
  settings.sandbox = true;
  const auto handle = ask();
  BOOST_TEST(log_in(handle, "john", "wrong", "000000").status == 401U);
  BOOST_TEST(log_in(handle, "john", right, "000000").status == 303U);
  BOOST_TEST(log_in(handle, "john", right, "000000").status == 303U);
}

BOOST_AUTO_TEST_CASE(after_five_failures_nothing_is_looked_at) {
  const auto handle = ask();
  for (int i = 0; i < 3; ++i) BOOST_TEST(log_in(handle, "john", "wr0ng", code()).status == 401U);
  for (int i = 0; i < 2; ++i) BOOST_TEST(log_in(handle, "john", right, "123456").status == 401U);
  const auto locked = log_in(handle, "john", right, code());
  BOOST_TEST(locked.status == 429U);
  BOOST_TEST(locked.header("Retry-After") == "60");
  BOOST_TEST(locked.header("Content-Security-Policy").starts_with("default-src 'none'"));
  BOOST_TEST(locked.says("Too many attempts. Try again in 1 minute."));
  BOOST_TEST(locked.says("value=\"john\""));
  BOOST_TEST(get("/consent/review", handle).status == 401U);
  BOOST_TEST(logins.failed == 5U);
  BOOST_TEST(logins.refused == 1U);
  BOOST_TEST(log_in(handle, "jane", "wr0ng", code()).status == 401U, "looked at");
  BOOST_TEST(
      log_lines().find(R"("event":"login_locked","psu":"john","address":"","seconds":"60")") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has_is_locked_out_alike_and_not_logged) {
  const auto handle = ask();
  for (int i = 0; i < 5; ++i) log_in(handle, "john", "wr0ng", code());
  for (int i = 0; i < 5; ++i) log_in(handle, "nobo", "wr0ng", code());
  const auto john = log_in(handle, "john", "wr0ng", code());
  auto nobody = log_in(handle, "nobo", "wr0ng", code());
  nobody.body.replace(nobody.body.find("nobo"), 4, "john");
  BOOST_TEST(nobody.status == 429U);
  BOOST_TEST(nobody.body == john.body);
  BOOST_TEST(nobody.header("Retry-After") == john.header("Retry-After"));
  BOOST_TEST(log_lines().find("nobo") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_lock_out_ends_by_the_monotonic_clock_alone) {
  const auto handle = ask();
  const auto five_failures = [&] {
    for (int i = 0; i < 5; ++i) BOOST_TEST(log_in(handle, "john", "wr0ng", "").status == 401U);
  };
  five_failures();
  wall.at += std::chrono::minutes{20};
  BOOST_TEST(log_in(handle, "john", right, code()).status == 429U);
  monotonic += std::chrono::seconds{60};
  five_failures();
  const auto second = log_in(handle, "john", right, code());
  BOOST_TEST(second.header("Retry-After") == "240");
  BOOST_TEST(second.says("Too many attempts. Try again in 4 minutes."));
  from.address = boost::asio::ip::make_address("192.0.2.1");
  BOOST_TEST(log_in(handle, "john", right, code()).header("Retry-After") == "120");
  monotonic += std::chrono::seconds{120};
  BOOST_TEST(log_in(handle, "john", right, code()).status == 303U);
}

BOOST_AUTO_TEST_CASE(the_log_names_psus_and_never_a_secret) {
  const auto handle = ask();
  log_in(handle, "john", "wr0ng", code());
  log_in(handle, "typed-my-password-here", right, code());
  log_in(handle, "john", right, code());
  const auto lines = log_lines();
  BOOST_TEST(lines.find("\"login_failed\"") != std::string::npos);
  BOOST_TEST(lines.find("\"login_ok\"") != std::string::npos);
  BOOST_TEST(lines.find("\"john\"") != std::string::npos);
  BOOST_TEST(lines.find("\"request\":") != std::string::npos);
  for (const auto& secret :
       {right, std::string("wr0ng"), code(), handle, std::string("typed-my-password-here")}) {
    BOOST_TEST(lines.find(secret) == std::string::npos, secret);
  }
}

BOOST_AUTO_TEST_CASE(a_form_that_is_not_ours_is_refused) {
  const auto handle = ask();
  const std::string fields = "&username=john&password=" + right + "&code=" + code();
  BOOST_TEST(post("/consent/login", handle, fields).status == 403U);
  const auto csrf = get("/consent", handle).hidden("csrf");
  BOOST_TEST(post("/consent/login", handle, fields + "&csrf=x" + csrf).status == 403U);
  for (const char* bad : {"https://evil.example", "http://bank.example"}) {
    origin = bad;
    BOOST_TEST(post("/consent/login", handle, fields + "&csrf=" + csrf).status == 403U, bad);
  }
  origin = "";
  const auto kept = cookies;
  cookies.clear();
  BOOST_TEST(post("/consent/login", handle, fields + "&csrf=" + csrf).status == 403U);
  cookies = kept;
  BOOST_TEST(post("/consent/login", handle, fields + "&csrf=" + csrf).status == 303U);
}

BOOST_AUTO_TEST_CASE(a_decision_needs_the_token_of_its_own_log_in) {
  const auto handle = ask();
  const auto old_csrf = get("/consent", handle).hidden("csrf");
  review(handle);
  const std::string choice = "&account=1&scope=account.list&decision=approve";
  BOOST_TEST(post("/consent/decision", handle, choice).status == 403U);
  BOOST_TEST(post("/consent/decision", handle, "&csrf=" + old_csrf + choice).status == 403U);
  BOOST_TEST(consents().empty());
}

BOOST_AUTO_TEST_CASE(one_decision_only) {
  const auto handle = ask();
  const auto page = review(handle);
  const auto kept = cookies;
  const std::string choice = "&account=1&scope=account.list&decision=approve";
  BOOST_TEST(decide(handle, page, choice).status == 303U);
  cookies = kept;  // a double submit was sent before the cookies were deleted
  for (const auto& again : {decide(handle, page, choice), decide(handle, page, "&decision=deny"),
                            get("/consent", handle), get("/consent/review", handle)}) {
    BOOST_TEST(again.status == 409U);
    BOOST_TEST(again.says("already decided"));
  }
  BOOST_TEST(consents().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_page_of_an_expired_request_leads_back_to_the_tpp) {
  const auto handle = ask();
  wall.at += settings.authorization_ttl - std::chrono::seconds{1};
  BOOST_TEST(get("/consent", handle).status == 200U);
  wall.at += std::chrono::seconds{1};
  const auto link =
      "href=\"https://tpp.example/callback?error=access_denied&amp;"
      "error_description=The%20request%20has%20expired&amp;clientId=" +
      client_of[handle] + "&amp;state=%3Cstate%3E&amp;iss=https%3A%2F%2Fbank.example\"";
  for (const auto* path : {"/consent", "/consent/review"}) {
    const auto late = get(path, handle);
    BOOST_TEST(late.status == 410U);
    BOOST_TEST(late.says(link), late.body);
    BOOST_TEST(late.says("Go back to <bdi>Example TPP</bdi></a>"));
  }
}

BOOST_AUTO_TEST_CASE(a_form_that_comes_after_the_end_sends_the_browser_back) {
  const auto handle = ask();
  const auto page = review(handle);
  const auto login_form = get("/consent", handle);
  // Or Chrome would not follow the answer to the log-in form.
  BOOST_TEST(login_form.header("Content-Security-Policy").ends_with("form-action 'self' https:"));
  wall.at += settings.authorization_ttl;
  const auto uri =
      "https://tpp.example/callback?error=access_denied&"
      "error_description=The%20request%20has%20expired&clientId=" +
      client_of[handle] + "&state=%3Cstate%3E&iss=https%3A%2F%2Fbank.example";
  const std::string choice = "&account=1&scope=account.list&decision=approve";
  for (const auto& late : {decide(handle, page, choice), decide(handle, page, "&decision=deny"),
                           post("/consent/login", handle, "&csrf=" + login_form.hidden("csrf"))}) {
    BOOST_TEST(late.status == 303U);
    BOOST_TEST(late.header("Location") == uri);
    BOOST_TEST(late.header("Referrer-Policy") == "no-referrer");
  }
  BOOST_TEST(consents().empty());
  origin = "https://evil.example";
  BOOST_TEST(decide(handle, page, choice).status == 403U);
}

BOOST_AUTO_TEST_CASE(a_decided_request_stays_decided_after_its_end) {
  const auto handle = ask();
  const auto page = review(handle);
  BOOST_TEST(decide(handle, page, "&decision=deny").status == 303U);
  wall.at += settings.authorization_ttl;
  for (const auto& again : {get("/consent", handle), decide(handle, page, "&decision=deny")}) {
    BOOST_TEST(again.status == 409U);
    BOOST_TEST(!again.says("<a "));
  }
}

BOOST_AUTO_TEST_CASE(a_log_in_expires_and_says_how_to_go_on) {
  const auto handle = ask();
  const auto page = review(handle);
  wall.at += settings.login_ttl;
  const auto late = decide(handle, page, "&account=1&scope=account.list&decision=approve");
  BOOST_TEST(late.status == 401U);
  BOOST_TEST(late.says("href=\"/consent?clientId=" + client_of[handle] + "&amp;x-request-id="));
  BOOST_TEST(consents().empty());
}

BOOST_AUTO_TEST_CASE(a_log_in_is_for_one_request_only) {
  const auto first = ask(), second = ask();
  review(first);
  BOOST_TEST(get("/consent/review", second).status == 401U);
  review(second);
  BOOST_TEST(get("/consent/review", first).status == 200U);  // two tabs do not disturb each other
}

BOOST_AUTO_TEST_CASE(a_foreign_client_id_reads_like_an_unknown_request) {
  const auto handle = ask(), other = ask();
  client_of[handle] = client_of[other];
  const auto wrong = get("/consent", handle);
  const auto unknown = get("/consent", "unknownunknownunkno");
  BOOST_TEST(wrong.status == 404U);
  BOOST_TEST(unknown.status == 404U);
  BOOST_TEST(unknown.body == wrong.body);
  BOOST_TEST(get("/consent", "").status == 404U);
  BOOST_TEST(post("/consent/decision", handle, "&decision=deny").status == 404U);
  wall.at += settings.authorization_ttl;
  BOOST_TEST(get("/consent", handle).body == unknown.body);
  BOOST_TEST(post("/consent/decision", handle, "&decision=deny").status == 404U);
}

BOOST_AUTO_TEST_CASE(a_blocked_tpp_cannot_ask) {
  const auto handle = ask();
  const auto block = [this](store_writer& s) -> result<flag> {
    return s.set_blocked("username", true, {"admin", wall.now()}).has_value();
  };
  BOOST_TEST(pool().write_blocking(block).value());
  BOOST_TEST(get("/consent", handle).status == 403U);
  wall.at += settings.authorization_ttl;
  const auto late = get("/consent", handle);
  BOOST_TEST(late.status == 403U);
  BOOST_TEST(!late.says("tpp.example"));
  BOOST_TEST(post("/consent/login", handle, "").status == 403U);
}

BOOST_AUTO_TEST_CASE(an_incomplete_choice_comes_back_as_it_was) {
  const auto handle = ask();
  const auto page = decide(handle, review(handle), "&scope=account.list&decision=approve");
  BOOST_TEST(page.status == 400U);
  BOOST_TEST(page.says("role=\"alert\""));
  BOOST_TEST(page.says("value=\"account.list\" checked"));
  BOOST_TEST(!page.says("value=\"account.balance\" checked"));
  BOOST_TEST(decide(handle, page, "&account=1&decision=approve").status == 400U);
  BOOST_TEST(decide(handle, page, "&account=1&scope=account.list&decision=approve").status == 303U);
}

BOOST_AUTO_TEST_CASE(a_form_sent_without_a_decision_comes_back_and_decides_nothing) {
  const auto handle = ask();
  const auto page = decide(handle, review(handle), "&account=2&decision=none");
  BOOST_TEST(page.status == 200U);
  BOOST_TEST(!page.says("role=\"alert\""));
  BOOST_TEST(page.says("name=\"account\" value=\"2\" checked"));
  BOOST_TEST(!page.says("name=\"account\" value=\"1\" checked"));
  BOOST_TEST(consents().empty());
  BOOST_TEST(decide(handle, page, "&account=2&scope=account.list&decision=approve").status == 303U);
}

BOOST_AUTO_TEST_CASE(no_more_than_was_offered_can_be_granted) {
  const auto handle = ask({scope::account_list});
  const auto page = review(handle);
  for (const char* choice :
       {"&account=3&scope=account.list&decision=approve",
        "&account=1&scope=account.balance&decision=approve",
        "&account=x&scope=account.list&decision=approve", "&account=1&scope=all&decision=approve",
        "&account=1&scope=account.list&decision=maybe", "&account=1&scope=account.list"}) {
    BOOST_TEST(decide(handle, page, choice).status == 400U, choice);
  }
  BOOST_TEST(consents().empty());
}

BOOST_AUTO_TEST_CASE(more_accounts_than_parameters_can_be_ticked) {
  const auto add = [](store_writer& s) -> result<flag> {
    for (int i = 100; i < 200; ++i) {
      if (!s.put_account({"john", {account_id{i}, "A", "I", "EUR"}, {}})) return false;
    }
    return true;
  };
  BOOST_TEST(pool().write_blocking(add).value());
  const auto handle = ask();
  std::string choice = "&scope=account.list&decision=approve";
  for (int i = 100; i < 200; ++i) choice += "&account=" + std::to_string(i);
  BOOST_TEST(decide(handle, review(handle), choice).status == 303U);
  BOOST_TEST(consents().at(0).accounts.size() == 100U);
}

BOOST_AUTO_TEST_CASE(every_log_in_is_in_the_audit) {
  const auto handle = ask();
  const auto last = [this] {
    const auto list = [](store_reader& s) { return s.list_audit(0, 1000); };
    const auto all = pool().read_blocking(list).value();
    const audit_act& act = all.back().act;
    return std::to_string(all.size()) + " " + act.actor + " " + act.action + " " + act.subject +
           " " + act.details;
  };
  BOOST_TEST(last().starts_with("4 "));
  log_in(handle, "john", "wrong", code());
  BOOST_TEST(last() == "5 unknown login_failed psu:john client=username__1");
  log_in(handle, "john", right, "123456");
  BOOST_TEST(last() == "6 unknown login_failed psu:john client=username__1");
  log_in(handle, "nobody", right, code());
  BOOST_TEST(last() == "7 unknown login_failed unknown client=username__1");
  log_in(handle, "john", right, code());
  BOOST_TEST(last() == "8 psu:john login_passed psu:john client=username__1");
  log_in(handle, "john", right, code());  // used up
  BOOST_TEST(last() == "9 unknown login_failed psu:john client=username__1");
  const auto page = get("/consent/review", handle);
  decide(handle, page, "&account=1&scope=account.list&decision=approve");
  BOOST_TEST(last().starts_with("10 psu:john consent_granted consent:1 "));
}

BOOST_AUTO_TEST_CASE(cookies_are_secure_but_in_the_sandbox) {
  BOOST_TEST(get("/consent", ask()).header("Set-Cookie").ends_with("; Secure"));
  settings.sandbox = true;
  BOOST_TEST(get("/consent", ask()).header("Set-Cookie").ends_with("Path=/consent"));
}

BOOST_AUTO_TEST_SUITE_END()
