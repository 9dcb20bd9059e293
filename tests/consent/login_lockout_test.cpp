#include "consent/login_lockout.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace multipass;
using namespace std::chrono_literals;

namespace {

ip_address address(const std::string& text) {
  return boost::asio::ip::make_address(text);
}

// Attempts with a clock turned by hand; five failures of a name, twenty of an address.
struct door {
  config settings;
  login_lockout lockout{settings};
  login_lockout::time_point now{1000h};

  std::chrono::seconds wait(const std::string& name, const std::string& from) {
    return lockout.begin(name, address(from), now).wait();
  }
  bool open(const std::string& name, const std::string& from) { return wait(name, from) == 0s; }
  std::vector<login_lockout::lock> fail(const std::string& name, const std::string& from) {
    auto attempt = lockout.begin(name, address(from), now);
    BOOST_TEST((attempt.wait() == 0s));
    return attempt.failed();
  }
  void fail(int times, const std::string& name, const std::string& from) {
    for (int i = 0; i < times; ++i) fail(name, from);
  }
  void pass(const std::string& name, const std::string& from) {
    auto attempt = lockout.begin(name, address(from), now);
    BOOST_TEST((attempt.wait() == 0s));
    attempt.passed();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(login_lockout_counts, door)

BOOST_AUTO_TEST_CASE(the_fifth_failure_locks_a_name_for_everybody) {
  fail(4, "john", "192.0.2.1");
  BOOST_TEST(open("john", "192.0.2.1"));
  const auto locks = fail("john", "192.0.2.1");
  BOOST_REQUIRE(locks.size() == 2U);
  BOOST_TEST((locks[0].of == login_lockout::subject::name));
  BOOST_TEST((locks[0].length == 60s));
  BOOST_TEST((wait("john", "192.0.2.1") == 60s));
  BOOST_TEST((wait("john", "192.0.2.2") == 60s));
  BOOST_TEST(open("jane", "192.0.2.1"));
  now += 59s + 1ms;
  BOOST_TEST((wait("john", "192.0.2.2") == 1s), "rounded up: nobody comes back too early");
  now += 999ms;
  BOOST_TEST(open("john", "192.0.2.2"));
}

BOOST_AUTO_TEST_CASE(failures_of_a_name_add_up_over_addresses) {
  for (int i = 1; i <= 5; ++i) fail("john", "192.0.2." + std::to_string(i));
  BOOST_TEST((wait("john", "192.0.2.9") == 60s));
}

BOOST_AUTO_TEST_CASE(the_twentieth_failure_locks_an_address_for_every_name) {
  for (int i = 1; i <= 19; ++i) fail("name" + std::to_string(i), "192.0.2.1");
  BOOST_TEST(open("john", "192.0.2.1"));
  const auto locks = fail("name20", "192.0.2.1");
  BOOST_REQUIRE(locks.size() == 1U);
  BOOST_TEST((locks[0].of == login_lockout::subject::address));
  BOOST_TEST((wait("john", "192.0.2.1") == 60s));
  BOOST_TEST(open("john", "192.0.2.2"));
  BOOST_TEST(open("name1", "192.0.2.2"));
}

BOOST_AUTO_TEST_CASE(an_ipv6_subscriber_has_one_count) {
  for (int i = 1; i <= 20; ++i) {
    fail("name" + std::to_string(i), "2001:db8:0:7::" + std::to_string(i));
  }
  BOOST_TEST(!open("john", "2001:db8:0:7:ffff:ffff:ffff:ffff"));
  BOOST_TEST(open("john", "2001:db8:0:8::1"));
}

BOOST_AUTO_TEST_CASE(each_further_lock_out_is_longer_up_to_the_longest) {
  std::vector<std::chrono::seconds> of_name, of_both;
  for (int i = 0; i < 8; ++i) {
    fail(4, "john", "192.0.2.1");
    const auto locks = fail("john", "192.0.2.1");
    of_name.push_back(locks.at(0).length);
    of_both.push_back(locks.at(1).length);
    now += of_both.back();
  }
  BOOST_TEST((std::vector(of_both.begin(), of_both.begin() + 5) ==
              std::vector<std::chrono::seconds>{60s, 240s, 960s, 3600s, 3600s}));
  // Once an hour is all that one address gets, and the name stays open most of that hour.
  BOOST_TEST((of_name ==
              std::vector<std::chrono::seconds>{60s, 120s, 240s, 480s, 480s, 480s, 480s, 480s}));
}

BOOST_AUTO_TEST_CASE(many_addresses_lock_a_name_for_the_longest_time_and_no_longer) {
  std::chrono::seconds length{};
  for (int i = 1; i <= 40; ++i) {
    fail(4, "john", "192.0.2." + std::to_string(i));
    length = fail("john", "192.0.2." + std::to_string(i)).at(0).length;
    BOOST_TEST((length <= settings.login_lockout_most));
    now += length;
  }
  BOOST_TEST((length >= settings.login_lockout_most / 2));
  BOOST_TEST(open("john", "198.51.100.1"));
}

BOOST_AUTO_TEST_CASE(failures_are_forgotten_and_lock_outs_shrink_again) {
  fail(4, "john", "192.0.2.1");
  now += settings.login_lockout_most - 1s;
  BOOST_TEST(fail("john", "192.0.2.1").size() == 2U);
  now += 2 * settings.login_lockout_most;
  fail(4, "john", "192.0.2.1");
  now += settings.login_lockout_most;
  fail(4, "john", "192.0.2.1");
  BOOST_TEST((fail("john", "192.0.2.1").at(0).length == 60s), "the second is as the first again");
}

BOOST_AUTO_TEST_CASE(a_success_clears_the_name) {
  fail(4, "john", "192.0.2.1");
  pass("john", "192.0.2.2");
  fail(4, "john", "192.0.2.3");
  BOOST_TEST(open("john", "192.0.2.3"));
  fail("john", "192.0.2.3");
  now += 60s;
  pass("john", "192.0.2.3");
  fail(4, "john", "192.0.2.3");
  BOOST_TEST((fail("john", "192.0.2.3").at(0).length == 60s));
}

BOOST_AUTO_TEST_CASE(an_own_account_washes_no_other_names_failures_away) {
  for (int i = 1; i <= 19; ++i) {
    fail("name" + std::to_string(i), "192.0.2.1");
    pass("attacker", "192.0.2.1");
  }
  fail("name20", "192.0.2.1");
  BOOST_TEST(!open("john", "192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(who_mistypes_and_gets_in_leaves_nothing_on_the_address) {
  for (int i = 1; i <= 30; ++i) {
    fail(3, "name" + std::to_string(i), "192.0.2.1");
    pass("name" + std::to_string(i), "192.0.2.1");
  }
  BOOST_TEST(open("john", "192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(what_could_not_be_checked_does_not_count) {
  for (int i = 0; i < 50; ++i) BOOST_TEST(open("john", "192.0.2.1"));
}

BOOST_AUTO_TEST_CASE(attempts_at_the_same_time_are_no_more_than_one_after_another) {
  fail(2, "john", "192.0.2.1");
  auto third = lockout.begin("john", address("192.0.2.1"), now);
  auto fourth = lockout.begin("john", address("192.0.2.2"), now);
  {
    auto fifth = lockout.begin("john", address("192.0.2.3"), now);
    BOOST_TEST((fifth.wait() == 0s));
    BOOST_TEST((wait("john", "192.0.2.4") == 1s));
  }
  BOOST_TEST(open("john", "192.0.2.4"));
  third.failed();
  fourth.failed();
  BOOST_TEST((fail("john", "192.0.2.4").at(0).length == 60s));
}

BOOST_AUTO_TEST_CASE(threads_at_the_same_time_get_five) {
  std::atomic<int> tried{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, from = address("192.0.2." + std::to_string(t))] {
      for (int i = 0; i < 200; ++i) {
        auto attempt = lockout.begin("john", from, now);
        if (attempt.wait() > 0s) continue;
        ++tried;
        attempt.failed();
      }
    });
  }
  for (auto& t : threads) t.join();
  BOOST_TEST(tried == 5);
}

BOOST_AUTO_TEST_CASE(a_full_table_forgets_what_was_tried_longest_ago) {
  login_lockout small(settings, 30);
  const auto fail_at = [&](const std::string& name, const std::string& from) {
    small.begin(name, address(from), now).failed();
  };
  const auto is_open = [&](const std::string& name) {
    return small.begin(name, address("198.51.100.1"), now).wait() == 0s;
  };
  for (const char* name : {"john", "jane"}) {
    for (int i = 0; i < 5; ++i) fail_at(name, "192.0.2.1");
  }
  for (int i = 0; i < 9; ++i) {  // three entries each, of 25 that are left
    BOOST_TEST(!is_open("jane"));
    fail_at("name" + std::to_string(i), "203.0.113." + std::to_string(i));
  }
  BOOST_TEST(is_open("john"));
  fail_at("name10", "203.0.113.10");
  BOOST_TEST(is_open("jane"));
}

BOOST_AUTO_TEST_SUITE_END()
