// The path this product exists for: a token decided from memory makes no allocation, takes no lock,
// makes no store call and stays on its thread.
#include <pthread.h>

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>

#include "support/call_counts.hpp"
#include "support/sandbox_gateway.hpp"

using namespace multipass;
using namespace multipass::testing;

namespace {

constexpr std::uint64_t requests = 1000;
const std::string store_reads = R"(multipass_store_jobs_total{kind="read"})";
const std::string store_writes = R"(multipass_store_jobs_total{kind="write"})";

// The gateway asks the clock once for every token it decides, on the thread that decides, and each
// event loop once per tick for the Date field. So a clock can see what those threads have done.
class watching_clock final : public multipass::clock {
 public:
  struct thread_seen {
    std::atomic<pthread_t> thread{};
    std::atomic<std::uint64_t> looks{0}, allocations{0}, locks{0};
  };

  timestamp now() const noexcept override {
    watch();
    return timestamp{std::chrono::seconds{seconds_.load()}};
  }
  void advance(std::chrono::seconds by) { seconds_ += by.count(); }
  void start() {
    for (auto& s : seen_) s.looks = s.allocations = s.locks = 0;
    watching_ = true;
  }
  /// The thread that decided.
  const thread_seen& busiest() {
    watching_ = false;
    auto* most = &seen_[0];
    for (auto& s : seen_) {
      if (s.looks > most->looks) most = &s;
    }
    return *most;
  }

 private:
  void watch() const noexcept {
    const auto counted = calls_of_this_thread();
    thread_local call_counts before;
    auto& s = mine();
    if (watching_ && s.looks++ > 0) {
      s.allocations += counted.allocations - before.allocations;
      s.locks += counted.locks - before.locks;
    }
    before = counted;
  }
  thread_seen& mine() const noexcept {
    for (auto& s : seen_) {
      pthread_t nobody{};
      if (s.thread == ::pthread_self() ||
          s.thread.compare_exchange_strong(nobody, ::pthread_self())) {
        return s;
      }
    }
    std::abort();  // more threads ask than this test knows of
  }

  std::atomic<std::int64_t> seconds_{1'800'000'000};
  mutable std::array<thread_seen, 16> seen_;
  std::atomic<bool> watching_{false};
};

void quiet(config& c) {
  c.level = log_level::warning;
}

struct fixture {
  watching_clock clock;
  sandbox_gateway g{quiet, {nullptr, nullptr, &clock, {}}};
  std::string token = g.token();

  // One keep-alive connection, warm. Asio's scheduler takes two locks of its own for each round of
  // the event loop, which nobody contends; a third per request would be ours. A tick of the loop,
  // ten times a second, may write its Date text anew.
  void measure(const std::string& target, unsigned status = 200) {
    http_client client(g.address());
    const auto run = [&](std::uint64_t count) {
      for (std::uint64_t i = 0; i < count; ++i) {
        BOOST_REQUIRE(client.post(target, bearer_line(token)).status == status);
      }
    };
    run(100);
    const auto reads = g.metric(store_reads);
    const auto writes = g.metric(store_writes);
    clock.start();
    run(requests);
    const auto& seen = clock.busiest();
    BOOST_TEST(g.metric(store_reads) == reads);
    BOOST_TEST(g.metric(store_writes) == writes);
    BOOST_REQUIRE_MESSAGE(seen.looks >= requests, "one thread decides all");
    const std::uint64_t ticks = seen.looks - requests;
    BOOST_TEST_MESSAGE(target << ": " << seen.allocations << " allocations, " << seen.locks
                              << " locks, " << ticks << " ticks in " << requests << " requests");
    BOOST_TEST(seen.allocations <= ticks);
    BOOST_TEST(seen.locks <= 2 * requests + requests / 2 + 10 * ticks);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(integration_hot_path, fixture)

BOOST_AUTO_TEST_CASE(a_decision_from_the_cache) {
  auto& a = (*g).authorizer();
  const auto header = "Bearer " + token;
  BOOST_REQUIRE((a.decide(header, scope::account_list).outcome == verdict::granted));
  const std::string_view guess = "Bearer gbOyNBXkxceJDGBsz9onYsXK5";
  BOOST_REQUIRE(a.decide_from_cache(guess, scope::account_list));
  const auto reads = g.metric(store_reads);
  const auto before = calls_of_this_thread();
  bool right = true;
  for (std::uint64_t i = 0; i < requests; ++i) {
    right &= a.decide_from_cache(header, scope::account_list)->outcome == verdict::granted;
    right &= a.decide(header, scope::account_balance).outcome == verdict::granted;
    right &= a.decide_from_cache(guess, scope::account_list)->outcome == verdict::unknown;
    right &= a.decide_from_cache("Bearer", scope::account_list)->outcome == verdict::malformed;
    right &= a.decide_from_cache("", scope::account_list)->outcome == verdict::missing;
  }
  const auto after = calls_of_this_thread();
  BOOST_TEST(right);
  BOOST_TEST(after.allocations == before.allocations);
  BOOST_TEST(after.locks == before.locks);
  BOOST_TEST(g.metric(store_reads) == reads);
}

BOOST_AUTO_TEST_CASE(the_counters_count) {
  if (!calls_are_counted) {
    BOOST_TEST_MESSAGE("calls are not counted under a sanitizer");
    return;
  }
  const auto before = calls_of_this_thread();
  delete new volatile char[1000];
  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
  const auto after = calls_of_this_thread();
  BOOST_TEST(after.allocations > before.allocations);
  BOOST_TEST(after.locks > before.locks);
}

BOOST_AUTO_TEST_CASE(whole_requests) {
  measure("/api/tpp/accounts");
  measure("/api/tpp/account?accountId=47669570047");
  measure("/api/tpp/account/balance?accountId=47669570047");
}

BOOST_AUTO_TEST_CASE(whole_requests_with_an_expired_token) {
  clock.advance(std::chrono::hours{180 * 24});
  measure("/api/tpp/accounts", 401);
}

BOOST_AUTO_TEST_SUITE_END()
