#include "base/worker_pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace multipass {
namespace {

// An event loop as the gateway makes them.
struct event_loop {
  asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};

  template <class Coroutine>
  void spawn(Coroutine coroutine) {
    asio::co_spawn(context, std::move(coroutine), asio::detached);
  }
  void run() { context.run(); }
};

BOOST_AUTO_TEST_SUITE(base_worker_pool)

BOOST_AUTO_TEST_CASE(the_job_runs_elsewhere_and_the_coroutine_resumes_on_its_own_loop) {
  event_loop loop;
  worker_pool pool(2, 16);
  std::thread::id worked, resumed;
  int got = 0;
  auto ask = [&]() -> task<> {
    auto job = [&]() -> result<int> {
      worked = std::this_thread::get_id();
      return 42;
    };
    const auto r = co_await pool.run(job);
    resumed = std::this_thread::get_id();
    got = *r;
  };
  loop.spawn(ask);
  loop.run();
  BOOST_TEST(got == 42);
  BOOST_TEST((worked != std::this_thread::get_id()));
  BOOST_TEST((resumed == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(failures_come_back_as_they_are_and_exceptions_as_unavailable) {
  event_loop loop;
  worker_pool pool(1, 16);
  std::vector<errc> codes;
  auto ask = [&]() -> task<> {
    auto refuse = []() -> result<void> { return fail(errc::forbidden, "no"); };
    codes.push_back((co_await pool.run(refuse)).error().code);
    auto blow = []() -> result<std::string> { throw std::bad_alloc(); };
    codes.push_back((co_await pool.run(blow)).error().code);
    auto succeed = []() -> result<void> { return {}; };
    BOOST_TEST((co_await pool.run(succeed)).has_value());
  };
  loop.spawn(ask);
  loop.run();
  BOOST_TEST((codes == std::vector{errc::forbidden, errc::unavailable}));
}

BOOST_AUTO_TEST_CASE(values_that_can_only_move_come_through) {
  event_loop loop;
  worker_pool pool(1, 16);
  int got = 0;
  auto ask = [&]() -> task<> {
    auto job = [p = std::make_unique<int>(7)]() mutable -> result<std::unique_ptr<int>> {
      return std::move(p);
    };
    auto r = co_await pool.run(std::move(job));
    got = **r;
  };
  loop.spawn(ask);
  loop.run();
  BOOST_TEST(got == 7);
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_a_job_is_refused_at_once) {
  event_loop loop;
  worker_pool pool(1, 2);
  std::latch started(1), release(1);
  int done = 0, refused = 0;
  auto block = [&]() -> task<> {
    auto job = [&]() -> result<void> {
      started.count_down();
      release.wait();
      return {};
    };
    done += (co_await pool.run(job)).has_value() ? 1 : 0;
  };
  auto quick = [&]() -> task<> {
    auto job = []() -> result<void> { return {}; };
    const auto r = co_await pool.run(job);
    done += r.has_value() ? 1 : 0;
    if (r.has_error()) {
      BOOST_TEST((r.error().code == errc::overloaded));
      ++refused;
    }
  };
  loop.spawn(block);
  loop.context.poll();
  started.wait();  // the worker is busy: two more may wait, the others not
  for (int i = 0; i < 5; ++i) loop.spawn(quick);
  loop.context.poll();
  BOOST_TEST(refused == 3);
  BOOST_TEST(done == 0);
  release.count_down();
  loop.run();
  BOOST_TEST(done == 3);
}

BOOST_AUTO_TEST_CASE(the_destructor_runs_what_is_queued) {
  event_loop loop;
  int done = 0;
  {
    worker_pool pool(1, 100);
    auto ask = [&]() -> task<> {
      auto job = []() -> result<int> { return 1; };
      done += *co_await pool.run(job);
    };
    for (int i = 0; i < 100; ++i) loop.spawn(ask);
    loop.context.poll_one();
    while (loop.context.poll_one() != 0) {
    }
  }
  loop.run();
  BOOST_TEST(done == 100);
}

BOOST_AUTO_TEST_CASE(an_event_loop_that_ends_first_destroys_what_waited_there) {
  auto token = std::make_shared<int>(0);
  std::weak_ptr<int> watch = token;
  {
    event_loop loop;
    worker_pool pool(1, 16);
    auto ask = [&pool](std::shared_ptr<int> held) -> task<> {
      auto job = []() -> result<void> { return {}; };
      (void)co_await pool.run(job);
      *held = 1;
    };
    asio::co_spawn(loop.context, ask(std::move(token)), asio::detached);
    loop.context.poll_one();  // suspended in the pool, and never run again
  }
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(many_loops_each_get_their_own_answers) {
  worker_pool pool(2, 100'000);
  std::atomic<int> wrong{0}, right{0};
  const auto run_loop = [&](int base) {
    event_loop loop;
    const auto self = std::this_thread::get_id();
    auto ask = [&, self](int n) -> task<> {
      for (int i = 0; i < 200; ++i) {
        auto job = [n, i]() -> result<int> { return n * 1000 + i; };
        const auto r = co_await pool.run(job);
        const bool ok = r.has_value() && *r == n * 1000 + i && std::this_thread::get_id() == self;
        (ok ? right : wrong).fetch_add(1);
      }
    };
    for (int n = 0; n < 20; ++n) asio::co_spawn(loop.context, ask(base + n), asio::detached);
    loop.run();
  };
  std::thread a(run_loop, 100), b(run_loop, 200);
  a.join();
  b.join();
  BOOST_TEST(wrong.load() == 0);
  BOOST_TEST(right.load() == 2 * 20 * 200);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace multipass
