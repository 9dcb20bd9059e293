#include "domain/event_json.hpp"

#include <boost/test/unit_test.hpp>

using namespace multipass;

namespace {

event sample() {
  event e;
  e.tpp_username = "username";
  e.number = 17;
  e.type = event_type::consent_revoked;
  e.client_number = 1;
  e.scopes = scope_set{scope::account_list, scope::account_details};
  e.at = timestamp{std::chrono::seconds{1'795'820'285}};
  e.expires_at = timestamp{std::chrono::seconds{1'811'372'285}};
  e.reason = end_reason::withdrawn;
  e.last_error = "for the bank alone";
  return e;
}

constexpr const char* members =
    R"("type":"consent.revoked","timestamp":"2026-11-27T22:58:05Z","data":{)"
    R"("clientId":"username__1","scope":"account.details account.list",)"
    R"("expiresAt":"2027-05-26T22:58:05Z","reason":"withdrawn"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(event_json)

BOOST_AUTO_TEST_CASE(a_webhook_and_a_poll_say_the_same) {
  BOOST_TEST(event_payload(sample()) == "{" + std::string(members) + "}");
  std::string polled;
  append_polled_event(polled, sample());
  BOOST_TEST(polled == R"({"id":"username-17",)" + std::string(members) + "}");
}

BOOST_AUTO_TEST_CASE(only_an_end_before_its_time_has_a_reason) {
  event e = sample();
  e.type = event_type::consent_granted;  // read again when its consent has ended: stays as it was
  BOOST_TEST(event_payload(e).find("reason") == std::string::npos);
  BOOST_TEST(event_payload(e).find("consent.granted") != std::string::npos);
  e.type = event_type::consent_expired;
  BOOST_TEST(event_payload(e).find("reason") == std::string::npos);
  e.type = event_type::token_revoked;
  e.reason = end_reason::code_replayed;
  BOOST_TEST(event_payload(e).find(R"("reason":"code_replayed")") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
