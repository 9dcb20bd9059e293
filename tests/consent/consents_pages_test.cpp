// The list of consents as HTML, and which consents it shows.
#include "consent/consents_pages.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "consent/dashboard_sessions.hpp"
#include "consent/login_cookie.hpp"
#include "consent/shown_consents.hpp"
#include "support/manual_clock.hpp"

using namespace multipass;
using namespace std::chrono_literals;

namespace {

constexpr const char* attack = "\"'><script>alert(1)</script>&";
const site bank{"MultiPass Bank"};
const timestamp now{std::chrono::seconds{1'800'000'000}};  // 15 January 2027
constexpr std::chrono::days day{1};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

consent some_consent(int id, timestamp granted_at) {
  consent c;
  c.id = consent_id{id};
  c.tpp_name = "Example TPP";
  c.scopes = {scope::account_list};
  c.accounts = {account_id{1}, account_id{2}};
  c.granted_at = granted_at;
  c.expires_at = granted_at + 180 * day;
  return c;
}

consent ended(consent c, timestamp at, end_reason why) {
  c.ended_at = at;
  c.reason = why;
  return c;
}

consent_entry entry_of(consent c) {
  consent_entry e;
  e.live = is_live(c, now);
  e.end = end_of(c);
  e.accounts = {{account_id{1}, "Main account", "GB01TCCL82495709311980", "EUR"}};
  e.given = std::move(c);
  return e;
}

std::string page_of(consent c) {
  consents_view v;
  v.csrf = "token";
  v.psu_name = "John Doe";
  v.entries = {entry_of(std::move(c))};
  return consents_page(bank, v);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(consents_pages)

BOOST_AUTO_TEST_CASE(a_live_consent_says_who_what_since_when_until_when) {
  auto given = some_consent(7, now - 10 * day);
  const std::string unused = page_of(given);
  for (const char* part :
       {"Example TPP", "List of accounts", "Main account", "GB01 TCCL 8249 5709 3119 80",
        "Account 2", "5 January 2027", "4 July 2027", "Not used yet", "/consents/7/withdraw",
        "Withdraw access of Example TPP", "Logged in as <bdi>John Doe</bdi>",
        "action=\"/consents/logout\"", "name=\"csrf\" value=\"token\""}) {
    BOOST_TEST(holds(unused, part), part);
  }
  BOOST_TEST(!holds(unused, "Balances"));
  BOOST_TEST(!holds(unused, "Why"));
  given.last_used_at = now - day;
  BOOST_TEST(holds(page_of(given), "14 January 2027"));
  BOOST_TEST(!holds(page_of(given), "Not used yet"));
}

BOOST_AUTO_TEST_CASE(an_ended_consent_says_when_and_why_and_cannot_be_withdrawn) {
  const auto given = some_consent(7, now - 10 * day);
  const struct {
    consent value;
    const char* why;
  } rows[] = {
      {ended(given, now - day, end_reason::withdrawn), "It was withdrawn"},
      {ended(given, now - day, end_reason::revoked_by_tpp), "<bdi>Example TPP</bdi> gave it back"},
      {ended(given, now - day, end_reason::code_replayed), "We ended it for your safety"},
      {some_consent(7, now - 181 * day), "It expired"}};
  for (const auto& row : rows) {
    const std::string page = page_of(row.value);
    BOOST_TEST(holds(page, row.why), row.why);
    BOOST_TEST(holds(page, "14 January 2027"));
    BOOST_TEST(!holds(page, "/withdraw\""));
    BOOST_TEST(holds(page, "No service has access"));
  }
}

BOOST_AUTO_TEST_CASE(every_displayed_field_is_escaped) {
  auto given = some_consent(1, now);
  given.tpp_name = attack;
  auto entry = entry_of(given);
  entry.accounts = {{account_id{1}, attack, attack, attack, attack}};
  consents_view list;
  list.csrf = list.psu_name = attack;
  list.entries = {entry};
  list.asked_to_end = ended(given, now, end_reason::withdrawn);
  const site odd{attack, true};
  for (const std::string& page :
       {consents_page(odd, list), withdrawal_page(odd, {attack, attack, entry})}) {
    BOOST_TEST(!holds(page, "<script"));
    BOOST_TEST(!holds(page, "\"'>"));
  }
}

BOOST_AUTO_TEST_CASE(the_question_names_what_is_lost_and_offers_a_way_back) {
  const std::string page =
      withdrawal_page(bank, {"token", "John Doe", entry_of(some_consent(7, now))});
  for (const char* part :
       {"Withdraw this consent?", "Example TPP", "action=\"/consents/7/withdraw\"",
        "value=\"token\"", "<a class=\"button secondary\" href=\"/consents\">"}) {
    BOOST_TEST(holds(page, part), part);
  }
}

BOOST_AUTO_TEST_CASE(the_outcome_is_told_as_it_is) {
  consents_view v;
  v.asked_to_end = ended(some_consent(1, now - day), now, end_reason::withdrawn);
  BOOST_TEST(holds(consents_page(bank, v), "role=\"status\""));
  BOOST_TEST(holds(consents_page(bank, v), "Access withdrawn"));
  v.asked_to_end->reason = end_reason::revoked_by_tpp;
  BOOST_TEST(holds(consents_page(bank, v), "had ended already"));
  v.asked_to_end = some_consent(1, now);
  BOOST_TEST(!holds(consents_page(bank, v), "role=\"status\""));
}

BOOST_AUTO_TEST_CASE(live_ones_come_first_and_old_ones_not_at_all) {
  const auto shown = shown_consents(
      {some_consent(1, now - 20 * day), some_consent(2, now - 5 * day),
       ended(some_consent(3, now - 9 * day), now - 8 * day, end_reason::withdrawn),
       ended(some_consent(4, now - 100 * day), now - 2 * day, end_reason::revoked_by_tpp),
       ended(some_consent(5, now - 120 * day), now - 90 * day, end_reason::withdrawn),
       some_consent(6, now - 180 * day), some_consent(7, now - 270 * day)},
      now);
  std::vector<int> ids;
  for (const consent& c : shown) ids.push_back(static_cast<int>(c.id));
  BOOST_TEST(ids == (std::vector{2, 1, 6, 4, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_session_lasts_until_its_end_or_the_log_out) {
  const server_key key(std::string(32, 'k'));
  testing::manual_clock clock;
  const config settings;
  dashboard_sessions sessions(key, clock, settings);
  const auto log_in = [&](const char* psu) {
    const std::string line = sessions.open(psu);
    BOOST_TEST(line.starts_with("Set-Cookie: __Host-multipass-login-"));
    BOOST_TEST(holds(line, "; HttpOnly; SameSite=Lax; Path=/; Secure"));
    return line.substr(12, line.find(';') - 12);
  };
  const auto psu_of = [&](const std::string& cookie) {
    request in;
    in.cookie = cookie;
    const auto found = sessions.of(in);
    return found ? found->psu_username : "";
  };
  const std::string first = log_in("john"), second = log_in("john"), other = log_in("jane");
  BOOST_TEST(first != second);
  BOOST_TEST(psu_of(first) == "john");
  BOOST_TEST(psu_of(other) == "jane");
  BOOST_TEST(psu_of(first.substr(0, first.size() - 1)).empty());

  request in;
  in.cookie = first;
  BOOST_TEST(holds(sessions.end(*sessions.of(in)), "Max-Age=0"));
  BOOST_TEST(psu_of(first).empty());
  BOOST_TEST(psu_of(second) == "john");
  clock.advance(settings.login_ttl);
  BOOST_TEST(psu_of(second).empty());
}

BOOST_AUTO_TEST_CASE(the_cookie_of_a_request_for_consent_is_no_session) {
  const server_key key(std::string(32, 'k'));
  testing::manual_clock clock;
  const config settings;
  const dashboard_sessions sessions(key, clock, settings);
  const std::string line = sessions.open("john");
  const std::string name = line.substr(12, line.find('=') - 12);
  const std::string value = line.substr(13 + name.size(), line.find(';') - 13 - name.size());
  const digest handle = sha256("XHGFmOO0KhgM4zPi3nto");
  const std::string foreign =
      name + "=" + make_login_cookie(key, handle, "john", clock.now() + 600s);
  request in;
  in.cookie = foreign;
  BOOST_TEST(!sessions.of(in).has_value());
  BOOST_TEST(!psu_of_login_cookie(key, handle, value, clock.now()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
