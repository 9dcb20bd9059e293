#include "base/job_queue.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

namespace multipass {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto never = 1h;  // far beyond what the test takes

struct idle_job final : job<> {
  void run() noexcept override {}
  std::optional<errc> failure() const noexcept override { return std::nullopt; }
  std::string reason() const noexcept override { return {}; }
  bool fails_without_trace() const noexcept override { return false; }
  void fail(const error&) noexcept override {}
  void finish() noexcept override {}
};

struct fixture {
  job_queue<> queue{16};
  std::array<idle_job, 8> jobs;
  std::vector<job<>*> taken;

  // Without checks, which Boost.Test has for one thread only: a refused job would be missing later.
  void push(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) (void)queue.push(jobs[i]);
  }
};

BOOST_FIXTURE_TEST_SUITE(base_job_queue, fixture)

BOOST_AUTO_TEST_CASE(jobs_leave_in_the_order_in_which_they_came) {
  push(0, 3);
  BOOST_TEST(queue.waiting() == 3U);
  BOOST_TEST(queue.take(taken, 2));
  BOOST_TEST((taken == std::vector<job<>*>{&jobs[0], &jobs[1]}));
  BOOST_TEST(queue.take(taken, 2));
  BOOST_TEST((taken == std::vector<job<>*>{&jobs[2]}));
}

BOOST_AUTO_TEST_CASE(the_patient_taker_gets_as_many_as_are_enough) {
  std::thread caller([this] { push(0, 5); });
  BOOST_TEST(queue.take(taken, 8, std::nullopt, {.enough = 5, .until = clock::now() + never}));
  BOOST_TEST(taken.size() == 5U);
  caller.join();
}

BOOST_AUTO_TEST_CASE(more_than_fits_is_not_waited_for) {
  push(0, 4);
  BOOST_TEST(queue.take(taken, 3, std::nullopt, {.enough = 100, .until = clock::now() + never}));
  BOOST_TEST(taken.size() == 3U);
}

BOOST_AUTO_TEST_CASE(patience_ends_in_time) {
  push(0, 2);
  const auto until = clock::now() + 5ms;
  BOOST_TEST(queue.take(taken, 8, std::nullopt, {.enough = 5, .until = until}));
  BOOST_TEST(taken.size() == 2U);
  BOOST_TEST((clock::now() >= until));
}

BOOST_AUTO_TEST_CASE(patience_that_is_over_costs_no_time) {
  push(0, 1);
  BOOST_TEST(queue.take(taken, 8, std::nullopt, {.enough = 5, .until = clock::now() - 1s}));
  BOOST_TEST(taken.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_closed_queue_is_waited_for_by_nobody) {
  push(0, 1);
  std::thread closer([this] { queue.close(); });
  BOOST_TEST(queue.take(taken, 8, std::nullopt, {.enough = 5, .until = clock::now() + never}));
  BOOST_TEST(taken.size() == 1U);
  BOOST_TEST(!queue.take(taken, 8));
  closer.join();
}

BOOST_AUTO_TEST_CASE(after_patience_a_single_job_wakes_the_taker) {
  push(0, 1);
  BOOST_TEST(queue.take(taken, 8, std::nullopt, {.enough = 2, .until = clock::now()}));
  std::thread caller([this] { push(1, 2); });
  BOOST_TEST(queue.take(taken, 8));
  BOOST_TEST(taken.size() == 1U);
  caller.join();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
