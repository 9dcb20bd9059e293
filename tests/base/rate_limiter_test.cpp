#include "base/rate_limiter.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "base/address_key.hpp"

namespace multipass::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr rate_limiter::time_point begin{std::chrono::hours{1}};

std::uint64_t key_of(const char* address) {
  return address_key(boost::asio::ip::make_address(address));
}

// How many of `asked` requests at one time are granted.
int granted(rate_limiter& limiter, std::uint64_t key, rate_limiter::time_point now, int asked) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += limiter.take(key, now) == 0ns ? 1 : 0;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_rate_limiter)

BOOST_AUTO_TEST_CASE(a_burst_passes_and_not_one_more) {
  for (const int burst : {1, 2, 7, 2000}) {
    rate_limiter limiter(10, static_cast<std::size_t>(burst), 64);
    BOOST_TEST(granted(limiter, 5, begin, burst + 3) == burst);
    BOOST_TEST(limiter.refused() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(the_time_to_wait_is_exact) {
  rate_limiter limiter(4, 2, 64);  // one in 250 ms
  granted(limiter, 5, begin, 2);
  BOOST_TEST(limiter.take(5, begin).count() == nanoseconds{250ms}.count());
  BOOST_TEST(limiter.take(5, begin + 100ms).count() == nanoseconds{150ms}.count());
  BOOST_TEST(limiter.take(5, begin + 250ms - 1ns).count() == 1);
  BOOST_TEST(limiter.take(5, begin + 250ms).count() == 0);
  BOOST_TEST(limiter.take(5, begin + 250ms).count() == nanoseconds{250ms}.count());
}

BOOST_AUTO_TEST_CASE(a_bucket_fills_up_to_its_burst_again) {
  rate_limiter limiter(10, 5, 64);
  granted(limiter, 5, begin, 5);
  BOOST_TEST(granted(limiter, 5, begin + 300ms, 9) == 3);
  BOOST_TEST(granted(limiter, 5, begin + 24h, 9) == 5);
}

BOOST_AUTO_TEST_CASE(the_rate_holds_over_time) {
  rate_limiter limiter(1000, 50, 64);
  int passed = 0;
  for (auto at = 0ms; at < 10s; at += 1ms) passed += granted(limiter, 5, begin + at, 3);
  BOOST_TEST(passed == 50 + 9'999);
}

BOOST_AUTO_TEST_CASE(no_rate_is_no_limit) {
  rate_limiter limiter(0, 1, 64);
  BOOST_TEST(granted(limiter, 5, begin, 10'000) == 10'000);
}

BOOST_AUTO_TEST_CASE(keys_have_buckets_of_their_own) {
  rate_limiter limiter(1, 3, 4096);
  for (std::uint64_t key = 1; key <= 100; ++key) {
    BOOST_TEST(granted(limiter, key, begin, 5) == 3);
  }
}

// Whoever comes with ever new keys gets what four buckets give, and not more.
BOOST_AUTO_TEST_CASE(forgetting_forgives_nothing) {
  rate_limiter limiter(1, 10, 4);
  int passed = 0;
  for (std::uint64_t key = 1; key <= 10'000; ++key) passed += granted(limiter, key, begin, 1);
  BOOST_TEST(passed == 4 * 10);
  BOOST_TEST(granted(limiter, 20'000, begin + 1s, 10) == 1);
  BOOST_TEST(granted(limiter, 20'001, begin + 1h, 20) == 10);
}

// Times from several event loops need not come in order.
BOOST_AUTO_TEST_CASE(a_time_that_is_behind_grants_nothing_more) {
  rate_limiter limiter(10, 5, 64);
  BOOST_TEST(granted(limiter, 5, begin + 1s, 5) == 5);
  BOOST_TEST(granted(limiter, 5, begin, 5) == 0);
}

BOOST_AUTO_TEST_CASE(threads_share_one_bucket) {
  constexpr int threads = 4, burst = 5000;
  rate_limiter limiter(1, burst, 64);
  std::atomic<int> passed{0};
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&] { passed += granted(limiter, 5, begin, burst); });
  }
  for (auto& t : all) t.join();
  BOOST_TEST(passed == burst);
  BOOST_TEST(limiter.refused() == static_cast<std::uint64_t>(burst * (threads - 1)));
}

BOOST_AUTO_TEST_CASE(threads_that_displace_each_other_gain_nothing_to_speak_of) {
  constexpr int threads = 4, burst = 1000, keys = 16;
  rate_limiter limiter(1, burst, 4);
  std::atomic<int> passed{0};
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&] {
      for (int i = 0; i < burst * 4; ++i) {
        passed += granted(limiter, static_cast<std::uint64_t>(1 + i % keys), begin, 1);
      }
    });
  }
  for (auto& t : all) t.join();
  BOOST_TEST(passed <= 4 * burst);
  BOOST_TEST(passed >= burst);
}

BOOST_AUTO_TEST_CASE(retry_after_is_never_too_early) {
  BOOST_TEST(retry_after(1ns).count() == 1);
  BOOST_TEST(retry_after(1s).count() == 1);
  BOOST_TEST(retry_after(1s + 1ns).count() == 2);
}

BOOST_AUTO_TEST_CASE(a_host_with_ipv6_is_its_network) {
  BOOST_TEST(key_of("2001:db8:0:1::1") == key_of("2001:db8:0:1:ffff:ffff:ffff:ffff"));
  BOOST_TEST(key_of("2001:db8:0:1::1") != key_of("2001:db8:0:2::1"));
  BOOST_TEST(key_of("192.0.2.1") != key_of("192.0.2.2"));
  BOOST_TEST(key_of("0.0.0.0") != key_of("::"));
  BOOST_TEST(key_of("::") != 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace multipass::testing
