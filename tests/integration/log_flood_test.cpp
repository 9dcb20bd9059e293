// A flood of refused requests writes few log lines: 20 a second and event loop for requests, 20 a
// second for each other event that anybody can cause. The clock stands still, so all is one second.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

constexpr std::size_t flood = 2000;
constexpr std::size_t a_second = 20;
constexpr std::size_t loops = 2;

void without_rates(config& c) {
  c.level = log_level::info;
  c.address_rate = 0;
  c.tpp_rate = 0;
}

std::size_t lines_of(const std::string& log, const std::string& event) {
  std::size_t n = 0;
  const std::string mark = "\"event\":\"" + event + "\"";
  for (auto at = log.find(mark); at != std::string::npos; at = log.find(mark, at + 1)) ++n;
  return n;
}

struct failing_source : account_source {
  result<std::vector<account>> accounts_of(std::string_view psu) override {
    if (psu == "john" && !away) return std::vector<account>{{account_id{1}, "A", "I", "EUR", "[]"}};
    return fail(errc::unavailable, "away");
  }
  result<std::vector<money>> balances_of(std::string_view, account_id) override {
    return fail(errc::unavailable, "away");
  }
  bool away = false;
};

// `count` requests on one connection, all answered with `status`.
void send(const sandbox_gateway& g, std::size_t count, unsigned status, const std::string& target,
          const std::string& fields = {}) {
  http_client client(g.address());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (client.post(target, fields).status != status) ++wrong;
  }
  BOOST_TEST(wrong == 0U, target);
}

const std::string guess =
    "/api/tpp/authorize?username=username&secret=wrong&scope=account.list"
    "&redirect_uri=https://tpp.example/callback";

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_log_flood)

BOOST_AUTO_TEST_CASE(refusals_of_every_kind) {
  sandbox_gateway g(without_rates);
  const auto before = g.log().size();
  send(g, flood, 401, "/api/tpp/accounts");
  send(g, flood, 401, "/api/tpp/accounts", bearer_line(std::string(25, 'x')));
  send(g, flood, 401, guess);
  send(g, flood, 404, "/nowhere");
  send(g, flood, 404, "/api/client/token?accessCode=a&clientId=username__1");
  send(g, flood, 400, "/api/tpp/authorize");
  send(g, flood, 400, "/api/client/token/revoke?accessToken=x");
  send(g, flood, 405, "/consent");
  const auto log = g.log().substr(before);
  BOOST_TEST(lines_of(log, "request") <= a_second * loops);
  BOOST_TEST(lines_of(log, "request") >= a_second);
  BOOST_TEST(lines_of(log, "tpp_refused") == a_second);
  BOOST_TEST(log.size() < 20'000U);

  // The next second says what is missing, and begins anew.
  g.clock().advance(std::chrono::seconds{1});
  send(g, 1, 401, guess);
  BOOST_TEST(g.log().find("\"of\":\"tpp_refused\",\"lines\":\"" + std::to_string(flood - a_second) +
                          "\"") != std::string::npos);
  BOOST_TEST(lines_of(g.log(), "tpp_refused") == a_second + 1);
}

BOOST_AUTO_TEST_CASE(failures_503) {
  failing_source source;
  ports with;
  with.accounts = &source;
  sandbox_gateway g(without_rates, with);
  const auto t = g.token();
  const auto before = g.log().size();
  source.away = true;
  send(g, flood, 503, "/api/tpp/accounts", bearer_line(t));
  const auto log = g.log().substr(before);
  BOOST_TEST(lines_of(log, "request") <= a_second * loops);
  BOOST_TEST(log.size() < 20'000U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
