// A bank's own account source that does not answer: the peer is told in time, and when the source
// comes back after all nothing is said twice.
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <string>

#include "multipass/account_source.hpp"
#include "support/sandbox_gateway.hpp"

namespace multipass::testing {
namespace {

// Has an account for everybody; answers when it is open.
class door final : public account_source {
 public:
  result<std::vector<account>> accounts_of(std::string_view) override {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --waiting_;
    return std::vector{account{account_id{1}, "A", "I", "EUR", "[]"}};
  }
  result<std::vector<money>> balances_of(std::string_view, account_id) override {
    return std::vector<money>{};
  }

  void set_open(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void wait_for_visitors(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int waiting_ = 0;
};

struct fixture {
  door source;
  sandbox_gateway g;
  std::string token;

  fixture()
      : g(
            [](config& c) {
              c.handler_timeout = std::chrono::milliseconds{150};
              c.store_readers = 4;
            },
            ports_with(source)),
        token(g.token()) {
    source.set_open(false);
  }
  ~fixture() { source.set_open(true); }

  static ports ports_with(account_source& source) {
    ports with;
    with.accounts = &source;
    return with;
  }
  std::string request() const {
    return "POST /api/tpp/accounts HTTP/1.1\r\nHost: test\r\n" + bearer_line(token) + "\r\n";
  }
  long long answers(const std::string& status) {
    return g.metric(
        "multipass_http_requests_total{listener=\"public\",endpoint=\"accounts\","
        "status=\"" +
        status + "\"}");
  }
  long long connections() { return g.metric("multipass_http_connections{listener=\"public\"}"); }
};

void is_told_to_come_back(const reply& r) {
  BOOST_TEST(r.status == 503U);
  BOOST_TEST(r.header("retry-after") == "1");
  BOOST_TEST(r.header("connection") == "close");
  BOOST_TEST(r.body == R"({"message":"The answer did not come in time, try again"})");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integration_handler_timeout)

BOOST_FIXTURE_TEST_CASE(what_does_not_come_in_time_is_503, fixture) {
  http_client c(g.address());
  c.send(request());
  is_told_to_come_back(c.read());
  BOOST_TEST(c.closed_by_peer());  // the source has not answered yet
  BOOST_TEST(answers("503") == 1);
  BOOST_TEST(get(g.address(), "/healthz").status == 200U);
  source.set_open(true);
  while (connections() > 0) {
  }
  BOOST_TEST(answers("503") == 1);
  BOOST_TEST(answers("200") == -1);  // the late answer is none
  BOOST_TEST(g.read_accounts(token).status == 200U);
}

// What is pipelined behind it is not answered, and does not get the late answer for its own.
BOOST_FIXTURE_TEST_CASE(nothing_follows_it, fixture) {
  http_client c(g.address());
  c.send("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n" + request() + request());
  BOOST_TEST(c.read().status == 200U);
  is_told_to_come_back(c.read());
  source.set_open(true);
  BOOST_TEST(c.closed_by_peer());
}

BOOST_FIXTURE_TEST_CASE(a_peer_that_has_gone_meanwhile_harms_nobody, fixture) {
  {
    http_client c(g.address());
    c.send(request());
    source.wait_for_visitors(1);
  }
  while (answers("503") != 1) {
  }
  source.set_open(true);
  while (connections() > 0) {
  }
  BOOST_TEST(g.read_accounts(token).status == 200U);
}

BOOST_FIXTURE_TEST_CASE(the_stop_of_the_server_waits_for_the_source, fixture) {
  http_client c(g.address());
  c.send(request());
  is_told_to_come_back(c.read());
  source.set_open(true);
  g.stop();
  BOOST_TEST(c.closed_by_peer());
}

BOOST_FIXTURE_TEST_CASE(what_comes_in_time_is_answered, fixture) {
  source.set_open(true);
  http_client c(g.address());
  for (int i = 0; i < 3; ++i) {
    c.send(request());
    BOOST_TEST(c.read().status == 200U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
