#include "consent/notice.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace multipass;

namespace {

constexpr notice every[] = {
    notice::unknown,      notice::expired,  notice::decided,         notice::session_expired,
    notice::tpp_unknown,  notice::forged,   notice::malformed,       notice::wrong_media,
    notice::limited,      notice::busy,     notice::consent_unknown, notice::login_ended,
    notice::not_accepted, notice::not_read, notice::not_now};

}  // namespace

BOOST_AUTO_TEST_SUITE(consent_notice)

BOOST_AUTO_TEST_CASE(each_notice_has_its_status) {
  const unsigned statuses[] = {404, 410, 409, 401, 403, 403, 400, 415,
                               429, 503, 404, 401, 403, 400, 503};
  for (std::size_t i = 0; i < std::size(every); ++i) BOOST_TEST(status_of(every[i]) == statuses[i]);
}

BOOST_AUTO_TEST_CASE(each_failure_has_its_notice) {
  BOOST_TEST((notice_of(errc::not_found) == notice::unknown));
  BOOST_TEST((notice_of(errc::conflict) == notice::decided));
  BOOST_TEST((notice_of(errc::forbidden) == notice::tpp_unknown));
  BOOST_TEST((notice_of(errc::overloaded) == notice::busy));
  BOOST_TEST((notice_of(errc::unavailable) == notice::busy));
  BOOST_TEST((notice_of(errc::unsupported_media) == notice::wrong_media));
  BOOST_TEST((notice_of(errc::invalid_input) == notice::malformed));
}

BOOST_AUTO_TEST_CASE(every_page_says_what_happened_and_names_the_bank) {
  for (const notice n : every) {
    const std::string page = notice_page({"<Bank>", false}, n);
    BOOST_TEST(page.find("<h1>") != std::string::npos);
    BOOST_TEST(page.find("&lt;Bank&gt;") != std::string::npos);
    BOOST_TEST(page.find("<Bank>") == std::string::npos);
    BOOST_TEST(page.find("<form") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(only_a_lost_log_in_leads_back_to_the_log_in) {
  const std::string lost = notice_page({"B", false}, {notice::session_expired, "/consent?a=1&b=2"});
  BOOST_TEST(lost.find("href=\"/consent?a=1&amp;b=2\"") != std::string::npos);
  const std::string decided = notice_page({"B", false}, {notice::decided, "/consent?a=1&b=2"});
  BOOST_TEST(decided.find("/consent?a=1") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_ends_on_the_list_of_consents_leads_back_to_it) {
  for (const notice n : {notice::consent_unknown, notice::login_ended, notice::not_accepted,
                         notice::not_read, notice::not_now}) {
    const std::string page = notice_page({"B", false}, n);
    BOOST_TEST(page.find("href=\"/consents\"") != std::string::npos);
    BOOST_TEST(page.find("Nothing was shared") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_expired_request_leads_back_to_its_tpp) {
  const ending end(notice::expired, "https://tpp.example/cb?x=\"1\"&y=2", "<Example> TPP");
  const std::string page = notice_page({"B", false}, end);
  BOOST_TEST(page.find("<a class=\"button primary\" "
                       "href=\"https://tpp.example/cb?x=&quot;1&quot;&amp;y=2\">"
                       "Go back to <bdi>&lt;Example&gt; TPP</bdi></a>") != std::string::npos);
  BOOST_TEST(notice_page({"B", false}, notice::expired).find("<a ") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
