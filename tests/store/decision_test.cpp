// The decisions about authorizations and codes, as tables. Every row changes one thing in what
// would be accepted.
#include "store/decision.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>

#include "support/store_fixture.hpp"

using namespace multipass;
using namespace multipass::testing;
using outcome = redeemed::outcome;

namespace {

code_record kept_code() {
  return {.consent = consent_id{5},
          .tpp = tpp_id{6},
          .tpp_username = "acme",
          .client_number = 7,
          .scopes = {scope::account_list},
          .expires_at = at(60),
          .consent_expires_at = at(3600),
          .secret = numbered(900),
          .code_challenge = ""};
}

redemption presented() {
  redemption r;
  r.tpp_username = "acme";
  r.client_number = 7;
  r.now = at(59);
  r.token_expires_at = at(600);
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_decision)

BOOST_AUTO_TEST_CASE(judges_a_code) {
  struct row {
    const char* name;
    outcome expected;
    std::function<void(redemption&, code_record&)> change;
  };
  const row rows[] = {
      {"nothing", outcome::issued, [](auto&, auto&) {}},
      {"another TPP", outcome::refused, [](auto& r, auto&) { r.tpp_username = "acm"; }},
      {"another number", outcome::refused, [](auto& r, auto&) { r.client_number = 8; }},
      {"no number", outcome::refused, [](auto& r, auto&) { r.client_number = 0; }},
      {"no number, but known", outcome::issued,
       [](auto& r, auto&) {
         r.client_number = 0;
         r.authenticated = true;
       }},
      {"known, but with another number", outcome::refused,
       [](auto& r, auto&) {
         r.client_number = 8;
         r.authenticated = true;
       }},
      {"another TPP that is known", outcome::refused,
       [](auto& r, auto&) {
         r.tpp_username = "acm";
         r.client_number = 0;
         r.authenticated = true;
       }},
      {"right redirect_uri", outcome::issued,
       [](auto& r, auto& c) { r.redirect_uri = c.redirect_uri = "https://a.example/"; }},
      {"wrong redirect_uri", outcome::refused,
       [](auto& r, auto& c) {
         r.redirect_uri = "https://a.example";
         c.redirect_uri = "https://a.example/";
       }},
      {"at the code's end", outcome::refused, [](auto& r, auto&) { r.now = at(60); }},
      {"at the consent's end", outcome::refused,
       [](auto&, auto& c) { c.consent_expires_at = at(59); }},
      {"ended", outcome::refused, [](auto&, auto& c) { c.consent_ended = true; }},
      {"blocked", outcome::refused, [](auto&, auto& c) { c.tpp_blocked = true; }},
      {"right secret", outcome::issued, [](auto& r, auto&) { r.secret = numbered(900); }},
      {"wrong secret", outcome::refused, [](auto& r, auto&) { r.secret = numbered(901); }},
      {"no secret", outcome::refused, [](auto&, auto& c) { c.requires_secret = true; }},
      {"known without a secret", outcome::issued,
       [](auto& r, auto& c) { r.authenticated = c.requires_secret = true; }},
      {"standard, without a secret", outcome::refused, [](auto&, auto& c) { c.standard = true; }},
      {"standard, with the secret", outcome::issued,
       [](auto& r, auto& c) {
         r.secret = numbered(900);
         c.standard = true;
       }},
      {"standard, known without a secret", outcome::issued,
       [](auto& r, auto& c) { r.authenticated = c.standard = true; }},
      {"no verifier", outcome::refused, [](auto&, auto& c) { c.code_challenge = "x"; }},
      {"right verifier", outcome::issued,
       [](auto& r, auto& c) { r.verifier_challenge = c.code_challenge = "x"; }},
      {"wrong verifier", outcome::refused,
       [](auto& r, auto& c) {
         r.verifier_challenge = "y";
         c.code_challenge = "x";
       }},
      {"unasked verifier", outcome::refused, [](auto& r, auto&) { r.verifier_challenge = "x"; }},
      {"no certificate", outcome::uncertified, [](auto&, auto& c) { c.organization = "A"; }},
      {"another's certificate", outcome::uncertified,
       [](auto& r, auto& c) {
         r.certificate = numbered(8);
         r.organization = "B";
         c.organization = "A";
       }},
      {"own certificate", outcome::issued,
       [](auto& r, auto& c) {
         r.certificate = numbered(8);
         r.organization = c.organization = "A";
       }},
      {"unasked certificate", outcome::issued,
       [](auto& r, auto&) {
         r.certificate = numbered(8);
         r.organization = "B";
       }},
      {"no certificate, and late", outcome::refused,
       [](auto& r, auto& c) {
         r.now = at(60);
         c.organization = "A";
       }},
      {"used, without certificate", outcome::replayed,
       [](auto&, auto& c) {
         c.used = true;
         c.organization = "A";
       }},
      {"used", outcome::replayed, [](auto&, auto& c) { c.used = true; }},
      {"used, late, blocked, without its secret", outcome::replayed,
       [](auto& r, auto& c) {
         r.now = at(61);
         c.used = c.tpp_blocked = c.requires_secret = true;
       }},
      {"used, standard, without a secret", outcome::refused,
       [](auto&, auto& c) { c.used = c.standard = true; }},
      {"used, standard, with a wrong secret", outcome::refused,
       [](auto& r, auto& c) {
         r.secret = numbered(901);
         c.used = c.standard = true;
       }},
      {"used, standard, known", outcome::replayed,
       [](auto& r, auto& c) { r.authenticated = c.used = c.standard = true; }},
      {"used, by another", outcome::refused,
       [](auto& r, auto& c) {
         r.client_number = 8;
         c.used = true;
       }},
      {"used, ended", outcome::refused, [](auto&, auto& c) { c.used = c.consent_ended = true; }},
      {"used, expired", outcome::refused,
       [](auto& r, auto& c) {
         r.now = at(3600);
         c.used = true;
       }},
  };
  for (const row& each : rows) {
    redemption r = presented();
    code_record c = kept_code();
    each.change(r, c);
    BOOST_TEST((judge(r, c) == each.expected), each.name);
  }
}

// The store's contract tests go through the rest; what matters here is which reason comes first.
BOOST_AUTO_TEST_CASE(a_refresh_token_that_was_used_is_replayed_whatever_else_is_wrong) {
  refresh_record family;
  family.tpp_username = "acme";
  family.client_number = 7;
  family.newest = numbered(2);
  family.replaced = numbered(1);
  family.replaced_at = at(0);
  family.consent_expires_at = at(3600);
  family.tpp_blocked = true;
  family.organization = "A";
  rotation r;
  r.tpp_username = "acme";
  r.grace = std::chrono::seconds{60};
  r.now = at(59);
  const auto judged = [&](unsigned token) {
    r.presented.token = numbered(token);
    return judge(r, family).what;
  };
  BOOST_TEST((judged(1) == rotated::outcome::refused));  // a retry
  BOOST_TEST((judged(2) == rotated::outcome::refused));
  BOOST_TEST((judged(3) == rotated::outcome::replayed));
  r.now = at(60);
  BOOST_TEST((judged(1) == rotated::outcome::replayed));
  family.consent_ended = true;
  BOOST_TEST((judged(1) == rotated::outcome::refused));
}

BOOST_AUTO_TEST_CASE(a_grant_ends_with_the_first_of_token_and_consent) {
  const grant short_token = grant_of(presented(), kept_code());
  BOOST_TEST((short_token == grant{consent_id{5}, tpp_id{6}, {scope::account_list}, at(600)}));
  redemption longer = presented();
  longer.token_expires_at = at(9999);
  BOOST_TEST((grant_of(longer, kept_code()).expires_at == at(3600)));
}

BOOST_AUTO_TEST_CASE(an_authorization_is_decidable_while_pending_unexpired_and_unblocked) {
  request_record asked;
  asked.expires_at = at(60);
  BOOST_TEST(check_decidable(asked, at(59)).has_value());
  BOOST_TEST(fails_with(check_decidable(asked, at(60)), errc::conflict));
  asked.tpp_blocked = true;
  BOOST_TEST(fails_with(check_decidable(asked, at(59)), errc::forbidden));
  asked.decided = authorization::state::denied;
  BOOST_TEST(fails_with(check_decidable(asked, at(59)), errc::conflict));
}

BOOST_AUTO_TEST_SUITE_END()
